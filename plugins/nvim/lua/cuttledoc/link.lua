--- gx and gf on a link to a recording.
local M = {}

local PATIENCE = 1000

--- The recording of the link under the cursor; nil where there is none.
---@return string? path
function M.under_cursor()
  local client = require('cuttledoc.client').get()
  local buffer = vim.api.nvim_get_current_buf()
  if not client or not vim.lsp.buf_is_attached(buffer, client.id) then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync('textDocument/definition', params, PATIENCE, buffer)
  local place = answer and answer.result
  if place and place.uri then
    return vim.uri_to_fname(place.uri)
  end
end

--- Open the recording under the cursor with the program that the system has for it.
---@return boolean opened False where there is no recording.
function M.open()
  local path = M.under_cursor()
  if not path then
    return false
  end
  local _, problem = vim.ui.open(path)
  if problem then
    require('cuttledoc.message').show(problem, vim.log.levels.ERROR)
  end
  return true
end

--- For 'includeexpr': the file that gf goes to.
---@param name string What stands under the cursor.
---@return string
function M.include(name)
  return M.under_cursor() or name
end

---@param buffer integer
function M.attach(buffer)
  if vim.bo[buffer].includeexpr == '' then
    vim.bo[buffer].includeexpr = "v:lua.require'cuttledoc.link'.include(v:fname)"
  end
  if
    vim.fn.mapcheck('gx', 'n') == '' or (vim.fn.maparg('gx', 'n', false, true).buffer or 0) == 0
  then
    vim.keymap.set('n', 'gx', function()
      return M.open() and '' or M.otherwise()
    end, { buffer = buffer, desc = 'Open the recording or address under the cursor' })
  end
end

return M
