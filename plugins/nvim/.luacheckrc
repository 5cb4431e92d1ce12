std = 'luajit'
globals = { 'vim' }
max_line_length = 100
max_comment_line_length = 120
max_string_line_length = false -- what is said to users is not wrapped in the code
