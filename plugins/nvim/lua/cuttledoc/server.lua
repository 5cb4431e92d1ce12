--- Finds the server.
---
--- The order:
---   1. the option `cmd`
---   2. `cuttledoc-lsp` on the PATH, which includes a virtual environment that is active
---   3. a virtual environment (`.venv`, `venv`) in the document's folder or above, if you trust it
---   4. what `:Cuttledoc install` has installed
---
--- A folder comes from anywhere, and opening a note in it must not run a program out of it. So the
--- third is used only after you said so, once for each environment (`:Cuttledoc trust`).
local M = {}

local NAME = 'cuttledoc-lsp'
local WINDOWS = vim.fn.has('win32') == 1
local VENVS = { '.venv', 'venv' }

---@class cuttledoc.Server
---@field cmd string[] Program and arguments.
---@field source "option"|"path"|"project"|"installed" How it was found.

---@class cuttledoc.Search
---@field server? cuttledoc.Server
---@field steps string[] One sentence for each place that was looked at.
---@field untrusted? string A server in a project's environment that is not trusted.

--- Where `:Cuttledoc install` puts the server's environment.
function M.folder()
  return vim.fs.joinpath(vim.fn.stdpath('data') --[[@as string]], 'cuttledoc', 'venv')
end

--- The server's log.
function M.log_file()
  return vim.fs.joinpath(vim.fn.stdpath('log') --[[@as string]], 'cuttledoc-lsp.log')
end

---@param venv string Folder of an environment.
---@param name string Program in it.
function M.program(venv, name)
  return vim.fs.joinpath(venv, WINDOWS and 'Scripts' or 'bin', WINDOWS and name .. '.exe' or name)
end

local function trust_file()
  return vim.fs.joinpath(vim.fn.stdpath('data') --[[@as string]], 'cuttledoc', 'trusted.json')
end

---@return table<string, boolean>
local function trusted()
  local file = io.open(trust_file())
  if not file then
    return {}
  end
  local ok, known = pcall(vim.json.decode, file:read('*a'))
  file:close()
  return ok and type(known) == 'table' and known or {}
end

--- Remember that a project's server may be run.
---@param program string
function M.trust(program)
  local known = trusted()
  known[program] = true
  vim.fn.mkdir(vim.fs.dirname(trust_file()), 'p')
  local file = assert(io.open(trust_file(), 'w'))
  file:write(vim.json.encode(known))
  file:close()
end

---@param folder string
---@return string? program
local function in_project(folder)
  for _, venv in ipairs(vim.fs.find(VENVS, { path = folder, upward = true, limit = 8 })) do
    local program = M.program(venv, NAME)
    if vim.fn.executable(program) == 1 then
      return program
    end
  end
end

---@param program string
local function with_log(program)
  local level = require('cuttledoc.config').get().log_level
  return { program, '--log-file', M.log_file(), '--log-level', level }
end

--- Look for the server.
---@param folder? string Where the document is; the working folder where it is left out.
---@return cuttledoc.Search
function M.find(folder)
  local steps = {}
  local function step(...)
    steps[#steps + 1] = string.format(...)
  end

  local cmd = require('cuttledoc.config').get().cmd
  if cmd then
    if vim.fn.executable(cmd[1]) == 1 then
      step('The option cmd names %s.', cmd[1])
      return { server = { cmd = cmd, source = 'option' }, steps = steps }
    end
    step('The option cmd names %s, which cannot be run.', cmd[1])
    return { steps = steps } -- who names one wants that one
  end
  step('The option cmd is not set.')

  local program = vim.fn.exepath(NAME)
  if program ~= '' then
    step('The PATH has %s.', program)
    return { server = { cmd = with_log(program), source = 'path' }, steps = steps }
  end
  step('The PATH has no %s.', NAME)

  local untrusted
  local project = in_project(folder or vim.uv.cwd() or '.')
  if project and trusted()[project] then
    step('A project has %s, which you trust.', project)
    return { server = { cmd = with_log(project), source = 'project' }, steps = steps }
  elseif project then
    untrusted = project
    step('A project has %s, which is used only after :Cuttledoc trust.', project)
  else
    step('No virtual environment in %s or above it has one.', folder or 'the working folder')
  end

  program = M.program(M.folder(), NAME)
  if vim.fn.executable(program) == 1 then
    step(':Cuttledoc install has installed %s.', program)
    return {
      server = { cmd = with_log(program), source = 'installed' },
      steps = steps,
      untrusted = untrusted,
    }
  end
  step(':Cuttledoc install has installed none.')
  return { steps = steps, untrusted = untrusted }
end

--- What to tell a user who has no server.
---@param search cuttledoc.Search
function M.missing(search)
  local cmd = require('cuttledoc.config').get().cmd
  if cmd then
    return ('The server %s cannot be run. Correct the option cmd, or leave it out.'):format(cmd[1])
  end
  if search.untrusted then
    return (
      'This project has a server of its own: %s. Run it only if you trust the project, '
      .. 'by :Cuttledoc trust; or install your own by :Cuttledoc install.'
    ):format(search.untrusted)
  end
  return 'The server is not installed. Type :Cuttledoc install, or see :checkhealth cuttledoc.'
end

return M
