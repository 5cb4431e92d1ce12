--- Folds for transcripts, where the user folds by no other way.
local M = {}

--- Switch them on in the windows that show a buffer.
---@param buffer integer
---@param state "open"|"closed"
function M.attach(buffer, state)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    local option = vim.wo[window][0]
    if option.foldmethod == 'manual' then
      option.foldmethod = 'expr'
      option.foldexpr = 'v:lua.vim.lsp.foldexpr()'
      option.foldlevel = state == 'open' and 99 or 0
    end
  end
end

return M
