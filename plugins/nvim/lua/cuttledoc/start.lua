--- The first file of a fitting type enables the server.
local M = {}

local done = false

--- Enable the server, unless the user does not want it to start by itself.
---@return true nothing_more The autocommand that calls this is no longer needed.
function M.begin()
  if not done and require('cuttledoc.config').get().enabled then
    done = true
    -- Later, so that the editor is there to say what goes wrong, and so that buffers that are
    -- open already are attached too.
    vim.schedule(M.enable)
  end
  return true
end

--- The same for a plugin that is loaded late: there may be documents already.
function M.late()
  local filetypes = require('cuttledoc.config').get().filetypes
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.list_contains(filetypes, vim.bo[buffer].filetype) then
      M.begin()
    end
  end
end

--- Wait for other file types than those in `vim.g.cuttledoc`.
---@param filetypes string[]
function M.watch(filetypes)
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('cuttledoc.start', {}),
    pattern = filetypes,
    callback = M.begin,
  })
end

--- Let Neovim start the server for every buffer of a fitting type.
function M.enable()
  local problems = require('cuttledoc.config').problems()
  if #problems > 0 then
    require('cuttledoc.message').show(table.concat(problems, '\n'), vim.log.levels.WARN)
  end
  vim.lsp.enable('cuttledoc')
end

return M
