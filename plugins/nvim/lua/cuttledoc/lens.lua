--- Lenses above links, kept current. Only ours: those of other servers are their users' affair.
local M = {}

---@param client vim.lsp.Client
---@param buffer integer
local function refresh(client, buffer)
  if not vim.api.nvim_buf_is_loaded(buffer) or client:is_stopped() then
    return
  end
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  client:request('textDocument/codeLens', params, vim.lsp.codelens.on_codelens, buffer)
end

--- Draw a buffer's lenses, now and after each change.
---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  if vim.lsp.codelens.enable then -- Neovim 0.12 keeps them current itself
    vim.lsp.codelens.enable(true, { bufnr = buffer, client_id = client.id })
    return
  end
  refresh(client, buffer)
  vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave', 'BufEnter' }, {
    group = vim.api.nvim_create_augroup(('cuttledoc.lens.%d'):format(buffer), {}),
    buffer = buffer,
    callback = function()
      refresh(client, buffer)
      return client:is_stopped()
    end,
  })
end

return M
