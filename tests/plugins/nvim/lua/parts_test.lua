-- luacheck: globals test same
-- The parts that decide something, without an editor around them.

local edits = require('cuttledoc.edits')

local function history(...)
  local changes = {}
  for version, change in ipairs({ ... }) do
    local first, last, new_last = unpack(change)
    changes[version] = { version = version, first = first, last = last, new_last = new_last }
  end
  return { since = 0, changes = changes }
end

test('an edit stays where only lines below it changed', function()
  same(0, edits.moved(history({ 5, 6, 9 }), 0, 3, 3))
end)

test('an edit moves with lines that come and go above it', function()
  same(2, edits.moved(history({ 0, 0, 2 }), 0, 3, 3))
  same(-1, edits.moved(history({ 0, 1, 0 }), 0, 3, 3))
  same(1, edits.moved(history({ 0, 0, 2 }, { 1, 2, 1 }), 0, 5, 5))
end)

test('an edit of a version that has seen the changes does not move', function()
  same(0, edits.moved(history({ 0, 0, 2 }), 1, 3, 3))
end)

test('an edit is refused where its own lines, or the one above, changed', function()
  same(nil, edits.moved(history({ 3, 4, 4 }), 0, 3, 3))
  same(nil, edits.moved(history({ 2, 3, 3 }), 0, 3, 3))
  same(nil, edits.moved(history({ 0, 9, 1 }), 0, 3, 3))
end)

local links = require('cuttledoc.links')

local function link(line, first, last)
  return {
    range = {
      start = { line = line, character = first },
      ['end'] = { line = line, character = last },
    },
  }
end

local function at(line, character)
  return { line = line, character = character }
end

test('the link under the cursor comes before others of its line', function()
  local two = { link(1, 2, 9), link(1, 12, 20) }
  same({ at(1, 15) }, links.choose(two, 1, 1, at(1, 15)))
  same({ at(1, 2), at(1, 12) }, links.choose(two, 1, 1, at(1, 0)))
  same({}, links.choose(two, 2, 2, at(2, 0)))
end)

test('a range takes the links of its lines', function()
  local three = { link(0, 0, 5), link(3, 0, 5), link(9, 0, 5) }
  same({ at(0, 0), at(3, 0) }, links.choose(three, 0, 5))
end)

local play = require('cuttledoc.play')

test('a player gets its arguments one by one', function()
  local player = { 'my player', '--at={start}', '{file}' }
  same(
    { 'my player', '--at=83.500', "/a b/it's; rm -rf %1.mp3" },
    play.arguments(player, "/a b/it's; rm -rf %1.mp3", 83.5)
  )
end)

local recording = require('cuttledoc.recording')

test('a target is relative to the document', function()
  same('audio/a.mp3', recording.target('/notes/audio/a.mp3', '/notes'))
  same('../audio/a.mp3', recording.target('/notes/audio/a.mp3', '/notes/2025'))
  same('../../else/a.mp3', recording.target('/else/a.mp3', '/notes/2025'))
end)

test('a target has no character that would end a link', function()
  same('f%28x%29%20%23%3F%25.mp3', recording.target('/n/f(x) #?%.mp3', '/n'))
  same('früh.mp3', recording.target('/n/früh.mp3', '/n'))
end)

local config = require('cuttledoc.config')

test('what cannot be is told, and its default holds', function()
  config.set({ folds = 'shut', player = 'mpv', lenses = false, sorts = 1, filetypes = {} })
  same(false, config.get().lenses)
  same('open', config.get().folds)
  same(nil, config.get().player)
  same({ 'markdown' }, config.get().filetypes)
  same(4, #config.problems())
end)

test('without setup, vim.g.cuttledoc holds', function()
  package.loaded['cuttledoc.config'] = nil
  vim.g.cuttledoc = { progress = 'off' }
  same('off', require('cuttledoc.config').get().progress)
  vim.g.cuttledoc = nil
end)

local commands = require('cuttledoc.commands')

test('subcommands complete, and so do their arguments', function()
  same({ 'refresh', 'remove', 'restart' }, commands.complete('re', 'Cuttledoc re'))
  same({}, commands.complete('', 'Cuttledoc refresh '))
  same({}, commands.complete('', 'Cuttledoc! nonsense '))
end)

test('every subcommand says what it does', function()
  for name, subcommand in pairs(commands.subcommands) do
    assert(#subcommand.summary > 10, name)
  end
end)

test('a status line is empty while nothing runs', function()
  local face = require('cuttledoc')
  same('', face.statusline())
end)
