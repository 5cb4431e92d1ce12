--- What a user can set, and what holds where they set nothing.
local M = {}

---@class cuttledoc.Settings What the server heeds; see docs/lsp.md.
---@field model? string Id of the model, or "auto".
---@field language? string ISO 639-1 code of the speech, or "auto".
---@field vocabulary? string[] Names and jargon that models are told, where they can be.
---@field style? "quote"|"callout"|"details"|"plain" How a transcript stands in a document.
---@field timestamps? "none"|"segment"|"paragraph" Which pieces begin with their time.
---@field insert? "whole"|"streaming" When a transcript comes into the document.
---@field waveform? "auto"|"text"|"off" Whether a hover draws the recording.
---@field jobs? integer How many recordings, and pieces of speech, are worked on at once.
---@field idleSeconds? number How long the worker stays warm without work.
---@field cacheMegabytes? integer Size the transcript cache may reach.
---@field codeLens? boolean Whether there are lenses above links.
---@field inlayHints? boolean Whether links show how long their recording is.
---@field sources? string[] Where models are fetched from, in the order tried.
---@field mirror? string Base URL that stands in for the release page of model archives.
---@field cloud? boolean Whether recordings may be sent to a server, for models that run on one.
---@field cloudUrl? string Base URL of that server.
---@field cloudSeconds? number The longest piece that is sent at once.
---@field modelsDir? string Folder of the installed models.
---@field cacheDir? string Folder of the finished transcripts.

---@class cuttledoc.Config
---@field enabled? boolean Whether the server starts with the first Markdown file.
---@field filetypes? string[] Where it attaches.
---@field cmd? string[] The server and its arguments, instead of looking for it.
---@field package? string What `:Cuttledoc install` installs: any requirement pip knows.
---@field python? string The Python that `:Cuttledoc install` uses where there is no uv.
---@field log_level? "debug"|"info"|"warning"|"error" What the server's log tells.
---@field settings? cuttledoc.Settings
---@field player? string[] Program and arguments, with {file} and {start} in them.
---@field progress? "auto"|"echo"|"off" Shown in the command line: where nothing else shows it, or always, or never.
---@field lenses? boolean Whether lenses are drawn.
---@field folds? "open"|"closed"|false Whether transcripts can be folded, and how they begin.
---@field keys? boolean Whether gx and gf follow links to recordings.
---@field autocomplete? boolean Whether completion in link targets opens by itself.
---@field restarts? integer How often a server that ended by itself is started again.

---@type cuttledoc.Config
M.defaults = {
  enabled = true,
  filetypes = { 'markdown' },
  cmd = nil,
  package = 'cuttledoc',
  python = nil,
  log_level = 'info',
  settings = {},
  player = nil,
  progress = 'auto',
  lenses = true,
  folds = 'open',
  keys = true,
  autocomplete = false,
  restarts = 3,
}

local LISTS = { filetypes = true, cmd = true, player = true }

--- What each option may be: a type, or one of a list.
M.kinds = {
  enabled = 'boolean',
  filetypes = 'table',
  cmd = 'table',
  package = 'string',
  python = 'string',
  log_level = { 'debug', 'info', 'warning', 'error' },
  settings = 'table',
  player = 'table',
  progress = { 'auto', 'echo', 'off' },
  lenses = 'boolean',
  folds = { 'open', 'closed', false },
  keys = 'boolean',
  autocomplete = 'boolean',
  restarts = 'number',
}

---@type cuttledoc.Config?
local given
---@type cuttledoc.Config?
local merged
---@type string[]
local problems = {}

---@param kind string|any[]
---@param value any
local function fits(kind, value)
  if type(kind) == 'table' then
    return vim.list_contains(kind, value)
  end
  return type(value) == kind
end

---@param kind string|any[]
local function wanted(kind)
  if type(kind) == 'string' then
    return 'a ' .. kind
  end
  return table.concat(vim.tbl_map(vim.inspect, kind), ', ')
end

---@param name string
---@param value any
---@return string? problem
local function problem(name, value)
  local kind = M.kinds[name]
  if kind == nil then
    return ('There is no option “%s” (:help cuttledoc-options).'):format(name)
  end
  if LISTS[name] and not (vim.islist(value) and #value > 0) then
    return ('The option “%s” is a list such as { "one", "two" }, not %s.'):format(
      name,
      vim.inspect(value)
    )
  end
  if not fits(kind, value) then
    return ('The option “%s” is %s, not %s.'):format(name, wanted(kind), vim.inspect(value))
  end
end

--- Take a user's options; `vim.g.cuttledoc` holds where this is never called.
---@param options? cuttledoc.Config
function M.set(options)
  given = options or {}
  merged = nil
end

--- All options as they hold.
---@return cuttledoc.Config
function M.get()
  if merged then
    return merged
  end
  local options = given or vim.g.cuttledoc or {}
  problems = {}
  local good = {}
  for name, value in pairs(options) do
    local wrong = problem(name, value)
    if wrong then
      problems[#problems + 1] = wrong
    else
      good[name] = value
    end
  end
  table.sort(problems)
  merged = vim.tbl_extend('force', M.defaults, good)
  return merged
end

--- One sentence about each option that cannot be used; its default holds.
---@return string[]
function M.problems()
  M.get()
  return problems
end

return M
