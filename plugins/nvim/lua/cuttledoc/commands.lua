--- :Cuttledoc and its subcommands.
local client = require('cuttledoc.client')
local message = require('cuttledoc.message')

local M = {}

---@class cuttledoc.Call
---@field words string[] What stands after the subcommand.
---@field bang boolean
---@field range? integer[] First and last line, where they were given; from 1.

---@class cuttledoc.Subcommand
---@field summary string
---@field run fun(call: cuttledoc.Call)
---@field complete? fun(lead: string): string[]

--- A subcommand that asks the server for something about a document.
---@param ask fun(place: cuttledoc.Place, call: cuttledoc.Call)
---@return fun(call: cuttledoc.Call)
local function in_document(ask)
  return function(call)
    local place = require('cuttledoc.place').here(call.range)
    if place then
      ask(place, call)
    end
  end
end

--- The same, for a command of the server that wants a place and nothing else.
---@param command string
local function at_cursor(command)
  return in_document(function(place)
    require('cuttledoc.links').ask(place, command)
  end)
end

local play = in_document(function(place)
  require('cuttledoc.play').at(place)
end)

---@param call cuttledoc.Call
local function cancel(call)
  local one = client.get()
  if not one then
    return message.show('Nothing runs.')
  end
  local title = table.concat(call.words, ' ')
  local count = require('cuttledoc.progress').cancel(one, title ~= '' and title or nil)
  if title == '' then
    client.command('cancel', {}, function(result)
      if count == 0 and result.cancelled == 0 then
        message.show('Nothing runs.')
      end
    end)
  elseif count == 0 then
    message.show(('“%s” does not run.'):format(title), vim.log.levels.WARN)
  end
end

local function log()
  local path = require('cuttledoc.server').log_file()
  if not vim.uv.fs_stat(path) then
    return message.show(('There is no log yet; it will be %s.'):format(path))
  end
  vim.cmd.tabedit(vim.fn.fnameescape(path))
  vim.bo.readonly = true
  vim.bo.autoread = true
  vim.cmd.normal({ 'G', bang = true })
end

local function trust()
  local server = require('cuttledoc.server')
  local search = server.find(vim.fn.expand('%:p:h'))
  if not search.untrusted then
    return message.show('There is no server here that waits for your trust.')
  end
  local question = ('Run %s from now on? It can do all that you can.'):format(search.untrusted)
  vim.ui.select({ 'Trust it', 'Leave it' }, { prompt = question }, function(choice)
    if choice == 'Trust it' then
      server.trust(search.untrusted)
      client.restart()
    end
  end)
end

---@type table<string, cuttledoc.Subcommand>
M.subcommands = {
  transcribe = {
    summary = 'Transcribe the link under the cursor, or those in the range; ! replaces your edits',
    run = in_document(function(place, call)
      require('cuttledoc.links').transcribe(place, call.bang)
    end),
  },
  transcribe_all = {
    summary = 'Transcribe all links of the document; ! replaces your edits',
    run = in_document(function(place, call)
      client.command('transcribeDocument', { uri = place.uri(), force = call.bang })
    end),
  },
  file = {
    summary = 'Transcribe a recording into a document of its own; without a name, choose one',
    run = function(call)
      require('cuttledoc.recording').transcribe(table.concat(call.words, ' '), call.bang)
    end,
    complete = function(lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
  },
  refresh = {
    summary = 'Transcribe again where a recording has changed',
    run = in_document(function(place)
      client.command('refresh', { uri = place.uri() })
    end),
  },
  remove = {
    summary = 'Take the transcript under the cursor out of the document',
    run = at_cursor('removeTranscript'),
  },
  show = {
    summary = 'Go to the transcript of the link under the cursor',
    run = at_cursor('showTranscript'),
  },
  cancel = {
    summary = 'Cancel what runs, or the one that is named',
    run = cancel,
    complete = function()
      return vim.tbl_map(function(job)
        return job.title
      end, require('cuttledoc.progress').jobs())
    end,
  },
  play = {
    summary = 'Play the recording from the time stamp under the cursor; ! ends it',
    run = function(call)
      if call.bang then
        return require('cuttledoc.play').stop()
      end
      play(call)
    end,
  },
  open = {
    summary = 'Open the recording under the cursor with the program the system has for it',
    run = function()
      if not require('cuttledoc.link').open() then
        message.show('There is no recording here.', vim.log.levels.WARN)
      end
    end,
  },
  link = {
    summary = 'Choose a recording and link it here',
    run = in_document(function()
      require('cuttledoc.recording').link()
    end),
  },
  search = {
    summary = 'Search the transcripts of the workspace',
    run = function(call)
      require('cuttledoc.search').search(table.concat(call.words, ' '))
    end,
  },
  models = {
    summary = 'Show, download and remove models',
    run = function()
      require('cuttledoc.models').choose()
    end,
  },
  log = { summary = "Open the server's log", run = log },
  restart = {
    summary = 'End the server and start it again',
    run = function()
      client.restart()
    end,
  },
  install = {
    summary = 'Install the server into the data folder; ! installs it anew',
    run = function(call)
      require('cuttledoc.install').install({ again = call.bang })
    end,
  },
  trust = { summary = 'Let the server of this project run', run = trust },
}

--- Names of the subcommands, in order.
---@return string[]
function M.names()
  local names = vim.tbl_keys(M.subcommands)
  table.sort(names)
  return names
end

--- Runs `:Cuttledoc`.
---@param args vim.api.keyset.create_user_command.command_args
function M.run(args)
  local words = vim.list_slice(args.fargs)
  local name = table.remove(words, 1)
  local bang = args.bang
  if name and vim.endswith(name, '!') then -- as people write it too
    name, bang = name:sub(1, -2), true
  end
  local subcommand = name and M.subcommands[name]
  if not subcommand then
    local sentence = name and ('There is no :Cuttledoc %s.'):format(name) or 'Say what to do.'
    return message.show(
      ('%s There are: %s.'):format(sentence, table.concat(M.names(), ', ')),
      vim.log.levels.ERROR
    )
  end
  subcommand.run({
    words = words,
    bang = bang,
    range = args.range > 0 and { args.line1, args.line2 } or nil,
  })
end

--- Completes `:Cuttledoc`.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local name = line:match('Cuttledoc!?%s+(%S+)%s')
  if not name then
    return vim.tbl_filter(function(one)
      return vim.startswith(one, lead)
    end, M.names())
  end
  local subcommand = M.subcommands[name]
  if not subcommand or not subcommand.complete then
    return {}
  end
  return vim.tbl_filter(function(one)
    return vim.startswith(one, lead)
  end, subcommand.complete(lead))
end

return M
