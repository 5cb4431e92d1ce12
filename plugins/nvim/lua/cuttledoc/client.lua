--- The client: how Neovim starts the server, speaks to it, and goes on when it ends.
local config = require('cuttledoc.config')
local message = require('cuttledoc.message')
local server = require('cuttledoc.server')

local M = {}

local NAME = 'cuttledoc'
local ROOTS = { '.git', '.obsidian', '.marksman.toml', '.zk', '.moxide.toml' }
local LOG_BYTES = 2 * 1024 * 1024
local STEADY_SECONDS = 30
local SIGTERM = 15

---@type cuttledoc.Server? What was found for the client that starts next.
local found
---@type boolean Whether the user has been told that there is no server.
local told = false
---@type boolean Whether the server ends because we want it to.
local stopping = false
local restarts = 0
local started = 0
---@type (fun(client: vim.lsp.Client))[]
local waiting = {}

---@type table<integer, integer>
local LEVELS =
  { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.INFO }

--- The client, if there is one that can be spoken to.
---@return vim.lsp.Client?
function M.get()
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    if client.initialized and not client:is_stopped() then
      return client
    end
  end
end

---@param folder string?
---@return boolean
local function look(folder)
  local search = server.find(folder)
  found = search.server
  if not found and not told then
    told = true
    message.show(server.missing(search), vim.log.levels.WARN)
  end
  return found ~= nil
end

---@param buffer integer
---@return string? folder
local function folder_of(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or name:match('^%a[%w+.-]+://') then
    return -- what is no file has no recordings beside it
  end
  return vim.fs.root(buffer, ROOTS) or vim.fs.dirname(name)
end

--- One log does not grow for ever.
local function rotate_log()
  local path = server.log_file()
  local facts = vim.uv.fs_stat(path)
  if facts and facts.size > LOG_BYTES then
    vim.uv.fs_rename(path, path .. '.old')
  end
end

--- The server has ended, in order or not.
---@param code integer
---@param signal integer
local function ended(code, signal)
  waiting = {}
  require('cuttledoc.progress').clear()
  local in_order = (code == 0 and signal == 0) or signal == SIGTERM
  if stopping or in_order or vim.v.exiting ~= vim.NIL then
    return
  end
  if vim.uv.now() - started > STEADY_SECONDS * 1000 then
    restarts = 0
  end
  local why = signal ~= 0 and ('signal %d'):format(signal) or ('exit status %d'):format(code)
  if restarts >= config.get().restarts then
    local sentence = 'The server has ended again (%s). See :Cuttledoc log, then :Cuttledoc restart.'
    message.show(sentence:format(why), vim.log.levels.ERROR)
    return
  end
  restarts = restarts + 1
  message.show(('The server has ended (%s) and is started again.'):format(why), vim.log.levels.WARN)
  vim.lsp.enable(NAME)
end

---@param dispatchers vim.lsp.rpc.Dispatchers
local function launch(dispatchers)
  local one = found or server.find().server
  if not one then
    error('there is no server to start')
  end
  vim.fn.mkdir(vim.fn.stdpath('log') --[[@as string]], 'p')
  rotate_log()
  stopping = false
  started = vim.uv.now()
  local on_exit = dispatchers.on_exit
  dispatchers.on_exit = function(code, signal)
    -- Neovim would tell of a bad end by a message of several lines, which stops the user.
    on_exit(0, 0)
    vim.schedule(function()
      ended(code, signal)
    end)
  end
  return vim.lsp.rpc.start(one.cmd, dispatchers)
end

--- All Markdown files share one server, so that a model is loaded once.
---@param client vim.lsp.Client
---@param wanted vim.lsp.ClientConfig
local function share(client, wanted)
  if client.name ~= NAME or client:is_stopped() then
    return false
  end
  local root = wanted.root_dir --[[@as string?]]
  if not root then
    return true
  end
  local folder = { uri = vim.uri_from_fname(root), name = root }
  local folders = client.workspace_folders or {}
  for _, known in ipairs(folders) do
    if known.uri == folder.uri then
      return true
    end
  end
  client.workspace_folders = vim.list_extend(vim.list_slice(folders), { folder })
  client:notify('workspace/didChangeWorkspaceFolders', {
    event = { added = { folder }, removed = {} },
  })
  return true
end

---@param client vim.lsp.Client
local function check_version(client)
  local own = require('cuttledoc.version')
  local theirs = (client.server_info or {}).version
  local function part(version)
    return version and version:match('^%d+%.%d+')
  end
  if theirs and part(theirs) ~= part(own) then
    local sentence = 'The server is version %s and the plugin %s. Update the older one.'
    message.show(sentence:format(theirs, own), vim.log.levels.WARN)
  end
end

---@param client vim.lsp.Client
local function ready(client)
  -- Neovim 0.11 does not hear when pulled diagnostics have become wrong, so they are pushed.
  client.server_capabilities.diagnosticProvider = nil
  check_version(client)
  local waited = waiting
  waiting = {}
  vim.schedule(function()
    for _, wish in ipairs(waited) do
      wish(client)
    end
  end)
end

--- What `lsp/cuttledoc.lua` hands to Neovim.
---@return vim.lsp.Config
function M.config()
  local options = config.get()
  return {
    cmd = launch,
    filetypes = options.filetypes,
    root_dir = function(buffer, on_dir)
      local folder = folder_of(buffer)
      if folder and (M.get() or look(vim.fs.dirname(vim.api.nvim_buf_get_name(buffer)))) then
        on_dir(folder)
      end
    end,
    reuse_client = share,
    init_options = vim.tbl_extend('force', { waveform = 'text' }, options.settings),
    capabilities = {
      workspace = { workspaceEdit = { documentChanges = true } },
      textDocument = { diagnostic = vim.NIL },
    },
    handlers = {
      ['window/showMessage'] = function(_, params)
        message.show(params.message, LEVELS[params.type])
        return vim.NIL
      end,
      ['workspace/applyEdit'] = function(...)
        return require('cuttledoc.edits').apply(...)
      end,
    },
    on_init = ready,
    on_attach = function(client, buffer)
      require('cuttledoc.attach').attach(client, buffer)
    end,
  }
end

--- Call with the client, which is started if need be.
---@param wish fun(client: vim.lsp.Client)
---@param buffer? integer A document that the server has to know first.
function M.with(wish, buffer)
  local client = M.get()
  if client then
    if buffer and not vim.lsp.buf_is_attached(buffer, client.id) then
      vim.lsp.buf_attach_client(buffer, client.id)
    end
    return wish(client)
  end
  local search = server.find(vim.fn.expand('%:p:h'))
  found = search.server
  if not found then
    message.show(server.missing(search), vim.log.levels.WARN)
    return
  end
  waiting[#waiting + 1] = wish
  if not vim.lsp.is_enabled(NAME) then
    vim.lsp.enable(NAME)
  end
  if #vim.lsp.get_clients({ name = NAME, _uninitialized = true }) == 0 then
    local settings = vim.deepcopy(vim.lsp.config[NAME])
    settings.root_dir = folder_of(0) or vim.uv.cwd()
    local fits = vim.list_contains(settings.filetypes or {}, vim.bo.filetype)
      and folder_of(0) ~= nil
    vim.lsp.start(settings, { attach = fits, reuse_client = share })
  end
end

--- Ask the server to do something.
---@param command string Its name without the prefix.
---@param arguments table
---@param done? fun(result: table?)
function M.command(command, arguments, done)
  M.with(function(client)
    client:request('workspace/executeCommand', {
      command = 'cuttledoc.lsp.' .. command,
      arguments = { next(arguments) and arguments or vim.empty_dict() },
    }, function(err, result)
      if err then
        message.show(err.message, vim.log.levels.ERROR)
      elseif done then
        done(result)
      end
    end)
  end)
end

--- End the server, and start it again with the settings that hold now.
function M.restart()
  restarts = 0
  told = false
  stopping = true
  local clients = vim.lsp.get_clients({ name = NAME, _uninitialized = true })
  for _, client in ipairs(clients) do
    client:stop()
  end
  local tries = 0
  local function again()
    tries = tries + 1
    local left = vim.tbl_filter(function(client)
      return not client.rpc.is_closing()
    end, clients)
    if #left > 0 and tries < 60 then
      if tries == 40 then
        vim.tbl_map(function(client)
          client:stop(true)
        end, left)
      end
      vim.defer_fn(again, 50)
      return
    end
    vim.lsp.config(NAME, {}) -- have it worked out anew
    vim.lsp.enable(NAME)
  end
  again()
end

return M
