--- The version of the plugin, and so of the server it was made with.
return '0.1.0'
