--- Which links :Cuttledoc transcribe works on.
local client = require('cuttledoc.client')
local message = require('cuttledoc.message')

local M = {}

local PATIENCE = 1000

---@param one lsp.Position
---@param other lsp.Position
local function before(one, other)
  return one.line < other.line or (one.line == other.line and one.character <= other.character)
end

--- The links of some lines; of these only the one under the cursor, if that decides.
---@param links { range: lsp.Range }[]
---@param first integer
---@param last integer
---@param cursor? lsp.Position
---@return lsp.Position[] positions
function M.choose(links, first, last, cursor)
  local found = {}
  for _, link in ipairs(links) do
    if cursor and before(link.range.start, cursor) and before(cursor, link.range['end']) then
      return { cursor }
    end
    if link.range.start.line <= last and link.range['end'].line >= first then
      found[#found + 1] = link.range.start
    end
  end
  return found
end

--- Transcribe the link under the cursor, else those of its line; or those of a range.
---@param place cuttledoc.Place
---@param force boolean Whether to replace what a person has edited.
function M.links(place, force)
  client.with(function(one)
    -- Waiting for the answer keeps the text as it is: its positions hold when they are sent back.
    local answer = one:request_sync('workspace/executeCommand', {
      command = 'cuttledoc.lsp.listLinks',
      arguments = { { uri = place.uri() } },
    }, PATIENCE, place.buffer)
    local links = answer and answer.result and answer.result.links or {}
    local first, last = place.lines()
    local cursor = not place.ranged and place.cursor(one) or nil
    local positions = M.choose(links, first, last, cursor)
    if #positions == 0 and place.ranged then
      return message.show('These lines link to no recording.', vim.log.levels.WARN)
    end
    if #positions == 0 then
      positions = { cursor } -- in a transcript; else the server says what is wrong
    end
    for _, position in ipairs(positions) do
      client.command('transcribeLink', { uri = place.uri(), position = position, force = force })
    end
  end, place.buffer)
end

return M
