--- What a buffer gets when the server attaches to it.
local M = {}

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  local options = require('cuttledoc.config').get()
  require('cuttledoc.progress')
  require('cuttledoc.edits').follow(buffer)
  require('cuttledoc.files').watch()
  if options.lenses then
    require('cuttledoc.lens').attach(client, buffer)
  end
  if options.folds then
    require('cuttledoc.fold').attach(buffer, options.folds)
  end
  if options.keys then
    require('cuttledoc.link').attach(buffer)
  end
  if options.autocomplete then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end
  if options.settings.inlayHints then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
end

return M
