-- Runs one file of tests:    nvim --headless -u run.lua FILE
-- The plugin is on the runtimepath by then; each test has its name, and stands for itself.
local failed, count = 0, 0

--- A test.
---@param name string
---@param body fun()
function _G.test(name, body)
  count = count + 1
  local ok, problem = xpcall(body, debug.traceback)
  io.write(ok and 'ok      ' or 'FAILED  ', name, '\n')
  if not ok then
    failed = failed + 1
    io.write(problem, '\n')
  end
end

--- Both are the same, tables by what is in them.
function _G.same(expected, actual)
  if not vim.deep_equal(expected, actual) then
    error(('expected %s\nbut got %s'):format(vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

vim.api.nvim_create_autocmd('VimEnter', {
  callback = function()
    vim.cmd('filetype plugin on')
    local ok, problem = xpcall(dofile, debug.traceback, vim.fn.argv(0))
    if not ok then
      io.write(problem, '\n')
    end
    io.write(('%d passed, %d failed\n'):format(count - failed, failed))
    io.flush()
    os.exit((ok and failed == 0 and count > 0) and 0 or 1)
  end,
})
