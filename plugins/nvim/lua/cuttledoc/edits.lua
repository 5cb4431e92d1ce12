--- Applies the server's edits, also while somebody types, each as one step to undo.
---
--- Neovim's own handler drops an edit for an older version of a buffer and answers that it was
--- applied; and it puts an edit that comes while you type into the same step as your words. Here an
--- edit moves along with what was typed elsewhere since it was made; what was typed near it makes it
--- refused, and the server works it out again.
local M = {}

local MOST = 256

---@class cuttledoc.Change Lines of a buffer that were replaced, counted from 0, the ends exclusive.
---@field version integer The buffer's version after it.
---@field first integer
---@field last integer
---@field new_last integer

---@class cuttledoc.History
---@field since integer Changes after this version are known.
---@field changes cuttledoc.Change[] The oldest first.

---@type table<integer, cuttledoc.History>
local histories = {}

--- Remember the changes of a buffer from now on; a new session counts its versions anew.
---@param buffer integer
function M.follow(buffer)
  local known = histories[buffer]
  local history = known or {}
  history.since, history.changes = vim.lsp.util.buf_versions[buffer] or 0, {}
  if known then
    return
  end
  histories[buffer] = history
  local function forget()
    histories[buffer] = nil
  end
  vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, version, first, last, new_last)
      table.insert(
        history.changes,
        { version = version, first = first, last = last, new_last = new_last }
      )
      if #history.changes > MOST then
        history.since = table.remove(history.changes, 1).version
      end
    end,
    on_reload = function()
      history.since, history.changes = vim.api.nvim_buf_get_changedtick(buffer), {}
    end,
    on_detach = forget,
  })
end

--- By how many lines something has moved since a version; nil if it, or the line above, changed.
---@param history cuttledoc.History
---@param version integer
---@param first integer Its first line.
---@param last integer Its last line.
---@return integer?
function M.moved(history, version, first, last)
  local by = 0
  for _, change in ipairs(history.changes) do
    if change.version > version then
      if change.last < first + by then -- the line just above is the link's: no change to that
        by = by + change.new_last - change.last
      elseif change.first <= last + by then
        return nil
      end
    end
  end
  return by
end

---@param change lsp.TextDocumentEdit
---@return boolean fits
local function bring_up_to_date(change)
  local buffer = vim.uri_to_bufnr(change.textDocument.uri)
  local version = change.textDocument.version
  local now = vim.lsp.util.buf_versions[buffer]
  if type(version) ~= 'number' or version == now then
    return true
  end
  local history = histories[buffer]
  if not history or version < history.since then
    return false
  end
  for _, edit in ipairs(change.edits) do
    local range = edit.range
    local by = M.moved(history, version, range.start.line, range['end'].line)
    if not by then
      return false
    end
    range.start.line, range['end'].line = range.start.line + by, range['end'].line + by
  end
  change.textDocument.version = now
  return true
end

---@param edit lsp.WorkspaceEdit
---@return integer[] buffers Those that are changed.
---@return string? refusal Why the edit cannot be applied.
local function look_at(edit)
  local buffers = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      local buffer = vim.uri_to_bufnr(change.textDocument.uri)
      buffers[#buffers + 1] = buffer
      if vim.api.nvim_buf_is_loaded(buffer) and not vim.bo[buffer].modifiable then
        return buffers, 'The buffer cannot be modified.'
      end
      if not bring_up_to_date(change) then
        return buffers, 'The text has changed.'
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
  local buffers, refusal = look_at(params.edit)
  if refusal then
    return { applied = false, failureReason = refusal }
  end
  vim.tbl_map(break_undo, buffers)
  local ok, reason = pcall(vim.lsp.util.apply_workspace_edit, params.edit, client.offset_encoding)
  vim.tbl_map(break_undo, buffers)
  return { applied = ok, failureReason = not ok and tostring(reason) or nil }
end

return M
