--- What the server is doing: for status lines, for cancelling, and for who sees it nowhere else.
local M = {}

---@class cuttledoc.Job
---@field token string|integer
---@field title string
---@field message string
---@field percentage? integer

---@type cuttledoc.Job[] In the order they began.
local jobs = {}
local group = vim.api.nvim_create_augroup('cuttledoc.progress', {})

--- What runs now.
---@return cuttledoc.Job[]
function M.jobs()
  return jobs
end

--- One short line for a status line; empty when nothing runs.
---@return string
function M.statusline()
  if #jobs == 0 then
    return ''
  end
  local first = jobs[1]
  local share = first.percentage and (' %d%%%%'):format(first.percentage) or ''
  local more = #jobs > 1 and (' (+%d)'):format(#jobs - 1) or ''
  return first.title:gsub('%%', '%%%%') .. share .. more
end

---@return boolean
local function somebody_shows_it()
  for _, autocommand in ipairs(vim.api.nvim_get_autocmds({ event = 'LspProgress' })) do
    if autocommand.group ~= group then
      return true
    end
  end
  return false
end

---@param text string
local function echo(text)
  if vim.fn.mode():match('^[crR!t]') then
    return -- the command line is in use
  end
  local width = vim.v.echospace
  if vim.fn.strdisplaywidth(text) > width then
    text = vim.fn.strcharpart(text, 0, math.max(width - 1, 0)) .. '…'
  end
  vim.api.nvim_echo({ { text } }, false, {})
end

---@param job? cuttledoc.Job None when the last one has ended.
local function show(job)
  vim.cmd.redrawstatus({ bang = true })
  local way = require('cuttledoc.config').get().progress
  if way == 'off' or (way == 'auto' and somebody_shows_it()) then
    return
  end
  if not job then
    return echo('')
  end
  local share = job.percentage and ('%3d%% '):format(job.percentage) or ''
  echo(('%s%s %s'):format(share, job.title, job.message))
end

---@param token string|integer
---@return integer?
local function index_of(token)
  for index, job in ipairs(jobs) do
    if job.token == token then
      return index
    end
  end
end

---@param token string|integer
---@param value table
local function take(token, value)
  local index = index_of(token)
  if value.kind == 'begin' then
    jobs[#jobs + 1] = { token = token, title = value.title, message = '', percentage = nil }
    show(jobs[#jobs])
  elseif index and value.kind == 'report' then
    jobs[index].message = value.message or jobs[index].message
    jobs[index].percentage = value.percentage or jobs[index].percentage
    show(jobs[index])
  elseif index and value.kind == 'end' then
    table.remove(jobs, index)
    show(jobs[1])
  end
end

--- Nothing runs any more: the server is gone.
function M.clear()
  if #jobs > 0 then
    jobs = {}
    show()
  end
end

--- Cancel what runs, or one recording of it.
---@param client vim.lsp.Client
---@param title? string As `jobs` names it.
---@return integer count
function M.cancel(client, title)
  local count = 0
  for _, job in ipairs(jobs) do
    if not title or job.title == title then
      client:notify('window/workDoneProgress/cancel', { token = job.token })
      count = count + 1
    end
  end
  return count
end

vim.api.nvim_create_autocmd('LspProgress', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'cuttledoc' then
      take(event.data.params.token, event.data.params.value)
    end
  end,
})

return M
