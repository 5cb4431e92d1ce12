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
  process = vim.system(M.arguments(player, path, seconds), { text = true }, function(done)
    if running ~= process then
      return -- it was ended by us
    end
    running = nil
    if done.code ~= 0 then
      local last = vim.trim(done.stderr or ''):match('[^\n]*$')
      message.show(
        ('%s ended with status %d. %s'):format(player[1], done.code, last),
        vim.log.levels.ERROR
      )
    end
  end)
  running = process
end

--- Play the recording at a place of a document: of the link, or from the time stamp there.
---@param uri string
---@param position lsp.Position
function M.at(uri, position)
  require('cuttledoc.client').command(
    'recordingAt',
    { uri = uri, position = position },
    function(place)
      if place == vim.NIL or not place.path then
        message.show('There is no recording here.', vim.log.levels.WARN)
      else
        M.file(place.path, place.seconds or 0)
      end
    end
  )
end

vim.api.nvim_create_autocmd('VimLeavePre', {
  group = vim.api.nvim_create_augroup('cuttledoc.play', {}),
  callback = M.stop,
})

return M
