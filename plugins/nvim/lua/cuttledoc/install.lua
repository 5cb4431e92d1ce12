--- Installs the server into an environment of its own in the data folder, by uv or Python's venv.
local config = require('cuttledoc.config')
local message = require('cuttledoc.message')
local server = require('cuttledoc.server')

local M = {}

local NEEDED = 'import sys; sys.exit(sys.version_info < (3, 11))'

local running = false

--- What was done, and what the programs said.
function M.log_file()
  return vim.fs.joinpath(vim.fn.stdpath('log') --[[@as string]], 'cuttledoc-install.log')
end

--- A Python that is new enough.
---@return string? program
function M.python()
  local wanted = config.get().python
  for _, name in
    ipairs(
      wanted and { wanted } or { 'python3', 'python', 'python3.13', 'python3.12', 'python3.11' }
    )
  do
    if vim.fn.executable(name) == 1 and vim.system({ name, '-c', NEEDED }):wait(5000).code == 0 then
      return name
    end
  end
end

---@param again boolean Whether what is there is replaced.
---@return string[][]? steps Commands to run in order.
---@return string? problem
local function plan(again)
  local folder = server.folder()
  local python = server.program(folder, 'python')
  local package = config.get().package
  if vim.fn.executable('uv') == 1 then
    local make = { 'uv', 'venv', '--python', config.get().python or '>=3.11', folder }
    if again then
      table.insert(make, 3, '--clear')
    end
    return { make, { 'uv', 'pip', 'install', '--python', python, '--upgrade', package } }
  end
  local base = M.python()
  if not base then
    return nil,
      'There is neither uv nor Python 3.11 or newer. Install one, or set the option python.'
  end
  local make = { base, '-m', 'venv', folder }
  if again then
    table.insert(make, 4, '--clear')
  end
  return {
    make,
    { python, '-m', 'pip', 'install', '--disable-pip-version-check', '--upgrade', package },
  }
end

---@param output string
local function last_line(output)
  local lines = vim.split(vim.trim(output), '\n')
  for index = #lines, 1, -1 do
    local line = vim.trim(lines[index])
    if line:lower():match('^error') or line:match('^×') then
      return line
    end
  end
  return vim.trim(lines[#lines] or '')
end

---@param steps string[][]
---@param done fun(problem: string?)
local function run(steps, done)
  local log = assert(io.open(M.log_file(), 'w'))
  local function step(number)
    local command = steps[number]
    if not command then
      log:close()
      return done()
    end
    log:write('$ ', table.concat(command, ' '), '\n')
    local function ended(result)
      log:write(result.stdout or '', result.stderr or '', '\n')
      if result.code == 0 then
        return step(number + 1)
      end
      log:close()
      local output = (result.stdout or '') .. '\n' .. (result.stderr or '')
      done('The installation failed: ' .. last_line(output))
    end
    local ok, problem = pcall(vim.system, command, { text = true }, vim.schedule_wrap(ended))
    if not ok then
      log:close()
      done(tostring(problem))
    end
  end
  step(1)
end

--- Install the server, or bring it up to date.
---@param options? { again?: boolean, done?: fun(ok: boolean) }
function M.install(options)
  options = options or {}
  local done = options.done or function() end
  if running then
    return message.show('It is being installed already.')
  end
  vim.fn.mkdir(vim.fs.dirname(server.folder()), 'p')
  vim.fn.mkdir(vim.fn.stdpath('log') --[[@as string]], 'p')
  if vim.uv.fs_stat(server.folder()) and not options.again then
    if vim.fn.executable(server.program(server.folder(), 'cuttledoc-lsp')) == 1 then
      message.show('It is installed already. Install it anew by :Cuttledoc! install')
      return done(true)
    end
    options.again = true -- what is there is half of something
  end
  local steps, problem = plan(options.again or false)
  if not steps then
    message.show(problem --[[@as string]], vim.log.levels.ERROR)
    return done(false)
  end
  running = true
  message.show(
    ('Installing %s with %s …'):format(config.get().package, vim.fs.basename(steps[1][1]))
  )
  run(steps, function(failure)
    running = false
    if failure then
      local sentence = '%s\nSee %s.'
      message.show(sentence:format(failure, M.log_file()), vim.log.levels.ERROR)
      return done(false)
    end
    message.show('The server is installed and starts now.')
    require('cuttledoc.client').restart()
    done(true)
  end)
end

return M
