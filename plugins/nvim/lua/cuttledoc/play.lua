--- Plays a recording from a time stamp, by a program of the user's.
local message = require('cuttledoc.message')

local M = {}

--- Programs that are looked for, in order, with their arguments.
M.players = {
  { 'mpv', '--no-terminal', '--start={start}', '--', '{file}' },
  { 'ffplay', '-nodisp', '-autoexit', '-loglevel', 'error', '-ss', '{start}', '-i', '{file}' },
}

---@type vim.SystemObj?
local running

--- The player that would be used: the option, or the first one that is there.
---@return string[]?
function M.player()
  local wanted = require('cuttledoc.config').get().player
  if wanted then
    return vim.fn.executable(wanted[1]) == 1 and wanted or nil
  end
  for _, one in ipairs(M.players) do
    if vim.fn.executable(one[1]) == 1 then
      return one
    end
  end
end

--- The arguments for one recording. They go to the program as they are, through no shell.
---@param player string[]
---@param path string
---@param seconds number
---@return string[]
function M.arguments(player, path, seconds)
  local values = { file = path, start = ('%.3f'):format(seconds) }
  return vim.tbl_map(function(word)
    return (word:gsub('{(%l+)}', values))
  end, player)
end

--- End what plays.
function M.stop()
  if running then
    running:kill('sigterm')
    running = nil
  end
end

--- Play a file.
---@param path string
---@param seconds number Where to begin.
function M.file(path, seconds)
  local player = M.player()
  if not player then
    local wanted = require('cuttledoc.config').get().player
    message.show(
      wanted and ('The player %s cannot be run. Correct the option player.'):format(wanted[1])
        or 'There is no player. Install mpv or ffplay, or name one by the option player.',
      vim.log.levels.ERROR
    )
    return
  end
  M.stop()
  local process
  local function ended(done)
    if running ~= process then
      return -- it was ended by us
    end
    running = nil
    if done.code ~= 0 then
      local last = vim.trim(done.stderr or ''):match('[^\n]*$')
      local sentence = '%s ended with status %d. %s'
      message.show(sentence:format(player[1], done.code, last), vim.log.levels.ERROR)
    end
  end
  local arguments = M.arguments(player, path, seconds)
  process = vim.system(arguments, { text = true }, vim.schedule_wrap(ended))
  running = process
end

--- Where the time stamp ends that a line of a transcript begins with; the cursor may be before it.
---@param place cuttledoc.Place
---@param position lsp.Position
---@return lsp.Position
local function past_stamp(place, position)
  local row = position.line
  local line = vim.api.nvim_buf_get_lines(place.buffer, row, row + 1, false)[1] or ''
  local _, stop = line:find('^[%s>]*%[[%d:]+%]')
  if stop and position.character < stop then
    return { line = row, character = stop - 1 } -- up to here a line has nothing but ASCII
  end
  return position
end

--- Play the recording here: of the link, or from the time stamp in a transcript.
---@param place cuttledoc.Place
function M.at(place)
  local client = require('cuttledoc.client')
  client.with(function(one)
    local position = past_stamp(place, require('cuttledoc.links').positions(place, one)[1])
    local arguments = { uri = place.uri(), position = position }
    client.command('recordingAt', arguments, function(recording)
      if recording then
        M.file(recording.path, recording.seconds)
      else
        message.show('There is no recording here.', vim.log.levels.WARN)
      end
    end)
  end, place.buffer)
end

vim.api.nvim_create_autocmd('VimLeavePre', {
  group = vim.api.nvim_create_augroup('cuttledoc.play', {}),
  callback = M.stop,
})

return M
