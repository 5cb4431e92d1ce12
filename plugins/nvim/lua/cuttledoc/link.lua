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

--- Whether the cursor is in a transcript, where other links than the recording's may stand.
local function in_transcript()
  local line = vim.fn.search([[<!--\s*/\?cuttledoc\>]], 'bcnW')
  return line > 0 and not vim.fn.getline(line):find('<!%-%-%s*/cuttledoc')
end

--- For 'includeexpr': the file that gf goes to.
---@param name string What stands under the cursor.
---@return string
function M.include(name)
  return not in_transcript() and M.under_cursor() or name
end

---@param keymaps vim.api.keyset.get_keymap[]
local function find_gx(keymaps)
  for _, keymap in ipairs(keymaps) do
    if keymap.lhs == 'gx' then
      return keymap
    end
  end
end

--- What gx does where there is no recording: what it did before.
local function gx_otherwise()
  local keymap = find_gx(vim.api.nvim_get_keymap('n'))
  if keymap and keymap.callback then
    keymap.callback()
  elseif keymap and keymap.rhs then
    local keys = vim.api.nvim_replace_termcodes(keymap.rhs, true, true, true)
    vim.api.nvim_feedkeys(keys, keymap.noremap == 1 and 'n' or 'm', false)
  end
end

---@param buffer integer
function M.attach(buffer)
  if vim.bo[buffer].includeexpr == '' then
    vim.bo[buffer].includeexpr = "v:lua.require'cuttledoc.link'.include(v:fname)"
  end
  if find_gx(vim.api.nvim_buf_get_keymap(buffer, 'n')) then
    return -- it is the user's own
  end
  vim.keymap.set('n', 'gx', function()
    if in_transcript() or not M.open() then
      gx_otherwise()
    end
  end, { buffer = buffer, desc = 'Open the recording or address under the cursor' })
end

return M
