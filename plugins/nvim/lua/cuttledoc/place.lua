--- Where the user is, kept through edits until the server can be asked about it.
local message = require('cuttledoc.message')

local M = {}

local namespace = vim.api.nvim_create_namespace('cuttledoc.place')

---@class cuttledoc.Place
---@field buffer integer
---@field ranged boolean Whether lines were named, instead of the cursor's.
---@field uri fun(): string
---@field cursor fun(client: vim.lsp.Client): lsp.Position
---@field lines fun(): integer, integer First and last line, from 0.

---@param buffer integer
---@return string? problem
local function no_document(buffer)
  if vim.api.nvim_buf_get_name(buffer) == '' or vim.bo[buffer].buftype ~= '' then
    return 'Save this document first: recordings are found beside its file.'
  end
  local filetypes = require('cuttledoc.config').get().filetypes
  if not vim.list_contains(filetypes, vim.bo[buffer].filetype) then
    return ('This is no %s document.'):format(table.concat(filetypes, ' or '))
  end
end

---@param buffer integer
---@param line integer From 0.
---@param column integer
---@return fun(): integer, integer
local function keep(buffer, line, column)
  local mark = vim.api.nvim_buf_set_extmark(buffer, namespace, line, column, { strict = false })
  return function()
    local row, col = unpack(vim.api.nvim_buf_get_extmark_by_id(buffer, namespace, mark, {}))
    return row or line, col or 0
  end
end

--- The cursor's place in its document; nil, with a word to the user, where there is none.
---@param range? integer[] First and last line, from 1.
---@return cuttledoc.Place?
function M.here(range)
  local buffer = vim.api.nvim_get_current_buf()
  local problem = no_document(buffer)
  if problem then
    return message.show(problem, vim.log.levels.WARN)
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local cursor = keep(buffer, row - 1, column)
  local first = range and keep(buffer, range[1] - 1, 0) or cursor
  local last = range and keep(buffer, range[2] - 1, 0) or cursor
  return {
    buffer = buffer,
    ranged = range ~= nil,
    uri = function()
      return vim.uri_from_bufnr(buffer)
    end,
    cursor = function(client)
      local line, byte = cursor()
      local text = vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1] or ''
      local encoding = client.offset_encoding
      return { line = line, character = vim.str_utfindex(text, encoding, math.min(byte, #text)) }
    end,
    lines = function()
      return (first()), (last())
    end,
  }
end

return M
