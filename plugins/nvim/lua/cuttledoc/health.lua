--- :checkhealth cuttledoc: what is there, what is missing, how to get it.
local config = require('cuttledoc.config')
local server = require('cuttledoc.server')

local M = {}

local PATIENCE = 10000

local function check_neovim()
  vim.health.start('Neovim')
  local version = tostring(vim.version()):match('^[^+]+')
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok(('Neovim %s'):format(version))
  else
    vim.health.error(('Neovim %s is too old.'):format(version), 'Install Neovim 0.11 or newer.')
  end
end

local function check_options()
  vim.health.start('Options')
  for _, sentence in ipairs(config.problems()) do
    vim.health.warn(sentence, 'It is left out; all options are in :help cuttledoc-options')
  end
  if #config.problems() == 0 then
    vim.health.ok('All options can be used.')
  end
  if not config.get().enabled then
    vim.health.info('The server does not start by itself: enabled is false.')
  end
end

--- What a program says of its version.
---@param program string
---@return string? version
---@return string? problem
local function version_of(program)
  local ok, process = pcall(vim.system, { program, '--version' }, { text = true })
  if not ok then
    return nil, tostring(process)
  end
  local result = process:wait(PATIENCE)
  local version = (result.stdout or ''):match('cuttledoc%-lsp (%S+)')
  if version then
    return version
  end
  local said = vim.trim(result.stderr or '')
  return nil,
    said ~= '' and said:match('[^\n]*$') or ('it ended with status %d'):format(result.code)
end

local function how_to_install()
  return {
    'Type :Cuttledoc install, which puts it into ' .. server.folder(),
    'or install the Python package cuttledoc so that cuttledoc-lsp is on the PATH',
    'or name it: require("cuttledoc").setup({ cmd = { "/path/to/cuttledoc-lsp" } })',
  }
end

---@return boolean works
local function check_server()
  vim.health.start('Server')
  local search = server.find(vim.fn.getcwd())
  for _, step in ipairs(search.steps) do
    vim.health.info(step)
  end
  if not search.server then
    vim.health.error(server.missing(search), how_to_install())
    return false
  end
  local program = search.server.cmd[1]
  local version, problem = version_of(program)
  if not version then
    vim.health.error(('%s does not work: %s'):format(program, problem), how_to_install())
    return false
  end
  local own = require('cuttledoc.version')
  if version:match('^%d+%.%d+') == own:match('^%d+%.%d+') then
    vim.health.ok(('%s is version %s, as the plugin.'):format(program, version))
  else
    vim.health.warn(
      ('%s is version %s, the plugin %s.'):format(program, version, own),
      'Update the older one; for an installed server, :Cuttledoc! install'
    )
  end
  return true
end

---@param client vim.lsp.Client
local function check_model(client)
  local answer = client:request_sync('workspace/executeCommand', {
    command = 'cuttledoc.lsp.status',
    arguments = { vim.empty_dict() },
  }, PATIENCE)
  local status = answer and answer.result
  if not status then
    vim.health.error(
      'The server does not answer.',
      'Type :Cuttledoc restart, and see :Cuttledoc log.'
    )
  elseif status.model == '' then
    vim.health.error(
      'No model fits the settings model and language.',
      'Choose others, or leave them out; :Cuttledoc models shows what there is.'
    )
  elseif status.modelInstalled then
    vim.health.ok(('The model %s is in %s.'):format(status.model, status.modelsDir))
  else
    vim.health.warn(
      ('The model %s is not installed.'):format(status.model),
      'It is offered with the first transcription; or choose it in :Cuttledoc models.'
    )
  end
  if status then
    vim.health.info(('Finished transcripts are kept in %s.'):format(status.cacheDir))
  end
end

---@param works boolean Whether there is a server that could run.
local function check_client(works)
  vim.health.start('Session')
  local client = require('cuttledoc.client').get()
  if client then
    local count = vim.tbl_count(client.attached_buffers)
    vim.health.ok(('The server runs; open documents: %d.'):format(count))
    check_model(client)
  elseif works then
    vim.health.info('The server does not run yet: it starts with the first Markdown file.')
  else
    vim.health.info('The server does not run.')
  end
  local log = server.log_file()
  vim.health.info(vim.uv.fs_stat(log) and ('Its log is %s.'):format(log) or 'It has no log yet.')
end

local function check_tools()
  vim.health.start('Optional')
  local player = require('cuttledoc.play').player()
  if player then
    vim.health.ok(('Recordings are played by %s.'):format(player[1]))
  elseif config.get().player then
    vim.health.warn(
      ('The player %s cannot be run.'):format(config.get().player[1]),
      'Correct the option player, or leave it out.'
    )
  else
    vim.health.warn(
      'Nothing to play recordings with: neither mpv nor ffplay is there.',
      'Install mpv or ffmpeg, or name a program by the option player.'
    )
  end
  local python = vim.fn.executable('uv') == 1 and 'uv' or require('cuttledoc.install').python()
  if python then
    vim.health.ok((':Cuttledoc install would use %s.'):format(python))
  else
    vim.health.warn(
      ':Cuttledoc install has nothing to install with.',
      'Install uv, or Python 3.11 or newer with its venv module.'
    )
  end
end

--- Called by :checkhealth.
function M.check()
  check_neovim()
  check_options()
  check_client(check_server())
  check_tools()
end

return M
