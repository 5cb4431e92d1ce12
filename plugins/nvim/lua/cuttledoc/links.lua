--- Which links a command works on.
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

--- The link under the cursor, else those of its line; or those of a range.
---@param place cuttledoc.Place
---@param one vim.lsp.Client
---@return lsp.Position[] positions Empty only where a range has no link.
function M.positions(place, one)
  -- Waiting for the answer keeps the text as it is: its positions hold when they are sent back.
  local answer = one:request_sync('workspace/executeCommand', {
    command = 'cuttledoc.lsp.listLinks',
    arguments = { { uri = place.uri() } },
  }, PATIENCE, place.buffer)
  local links = answer and answer.result and answer.result.links or {}
  local first, last = place.lines()
  if place.ranged then
    return M.choose(links, first, last)
  end
  local cursor = place.cursor(one)
  local positions = M.choose(links, first, last, cursor)
  -- Without a link here, the cursor may be in a transcript; else the server says what is wrong.
  return #positions > 0 and positions or { cursor }
end

--- Ask the server to do something with the link or transcript here.
---@param place cuttledoc.Place
---@param command string
function M.ask(place, command)
  client.with(function(one)
    client.command(command, { uri = place.uri(), position = M.positions(place, one)[1] })
  end, place.buffer)
end

--- Transcribe the link under the cursor, else those of its line; or those of a range.
---@param place cuttledoc.Place
---@param force boolean Whether to replace what a person has edited.
function M.transcribe(place, force)
  client.with(function(one)
    local positions = M.positions(place, one)
    if #positions == 0 then
      return message.show('These lines link to no recording.', vim.log.levels.WARN)
    end
    for _, position in ipairs(positions) do
      client.command('transcribeLink', { uri = place.uri(), position = position, force = force })
    end
  end, place.buffer)
end

return M
