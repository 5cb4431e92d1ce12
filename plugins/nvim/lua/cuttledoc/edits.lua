--- Applies the server's edits: only to the text they were made for, as one step to undo.
---
--- Neovim's own handler drops an edit for another version of a buffer and answers that it was
--- applied; and it puts an edit that comes while you type into the same step as your words.
local M = {}

---@param edit lsp.WorkspaceEdit
---@return integer[] buffers Those that are changed.
---@return string? stale Why the edit cannot be applied.
local function look_at(edit)
  local buffers = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      local buffer = vim.uri_to_bufnr(change.textDocument.uri)
      buffers[#buffers + 1] = buffer
      local version = change.textDocument.version
      if type(version) == 'number' and vim.lsp.util.buf_versions[buffer] ~= version then
        return buffers, 'The text has changed.'
      end
      if vim.api.nvim_buf_is_loaded(buffer) and not vim.bo[buffer].modifiable then
        return buffers, 'The buffer cannot be modified.'
      end
    end
  end
  for uri in pairs(edit.changes or {}) do
    buffers[#buffers + 1] = vim.uri_to_bufnr(uri)
  end
  return buffers
end

--- What comes next is a step of its own to undo; see :help undo-break.
---@param buffer integer
local function break_undo(buffer)
  if vim.api.nvim_buf_is_loaded(buffer) then
    vim.bo[buffer].undolevels = vim.bo[buffer].undolevels
  end
end

--- Handles `workspace/applyEdit`.
---@param params lsp.ApplyWorkspaceEditParams
---@param context lsp.HandlerContext
---@return lsp.ApplyWorkspaceEditResult
function M.apply(_, params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local buffers, stale = look_at(params.edit)
  if stale then
    return { applied = false, failureReason = stale }
  end
  vim.tbl_map(break_undo, buffers)
  local ok, reason = pcall(vim.lsp.util.apply_workspace_edit, params.edit, client.offset_encoding)
  vim.tbl_map(break_undo, buffers)
  return { applied = ok, failureReason = not ok and tostring(reason) or nil }
end

return M
