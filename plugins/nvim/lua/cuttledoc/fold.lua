--- Folds for transcripts, where the user folds by no other way.
local M = {}

---@param window integer
---@param state "open"|"closed"
local function fold(window, state)
  local option = vim.wo[window][0]
  if option.foldmethod == 'manual' then
    option.foldmethod = 'expr'
    option.foldexpr = 'v:lua.vim.lsp.foldexpr()'
    option.foldlevel = state == 'open' and 99 or 0
  end
end

--- Switch them on in the windows that show a buffer, now and later.
---@param buffer integer
---@param state "open"|"closed"
function M.attach(buffer, state)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    fold(window, state)
  end
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = vim.api.nvim_create_augroup(('cuttledoc.fold.%d'):format(buffer), {}),
    buffer = buffer,
    callback = function()
      fold(vim.api.nvim_get_current_win(), state)
    end,
  })
end

return M
