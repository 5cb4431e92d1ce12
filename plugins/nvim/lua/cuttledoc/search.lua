--- Search in what was said.
local client = require('cuttledoc.client')
local message = require('cuttledoc.message')

local M = {}

---@param words string
local function find(words)
  client.with(function(one)
    one:request('workspace/symbol', { query = words }, function(err, result)
      if err then
        return message.show(err.message, vim.log.levels.ERROR)
      end
      if not result or #result == 0 then
        return message.show(('No transcript has “%s”.'):format(words), vim.log.levels.WARN)
      end
      vim.ui.select(result, {
        prompt = ('“%s” was said in:'):format(words),
        kind = 'cuttledoc.search',
        format_item = function(symbol)
          local file = vim.fs.basename(vim.uri_to_fname(symbol.location.uri))
          return ('%s: … %s …'):format(file, symbol.name)
        end,
      }, function(symbol)
        if symbol then
          vim.lsp.util.show_document(symbol.location, one.offset_encoding, { focus = true })
          vim.cmd('normal! zv')
        end
      end)
    end)
  end)
end

--- Search, and go to what the user chooses.
---@param words string Empty to be asked.
function M.search(words)
  if words ~= '' then
    return find(words)
  end
  vim.ui.input({ prompt = 'Search transcripts: ' }, function(answer)
    if answer and vim.trim(answer) ~= '' then
      find(vim.trim(answer))
    end
  end)
end

return M
