--- Recordings of the workspace: choose one, link it, or transcribe it into a document of its own.
local client = require('cuttledoc.client')
local message = require('cuttledoc.message')

local M = {}

--- Let the user choose a recording.
---@param prompt string
---@param chosen fun(recording: { path: string, relative: string })
local function choose(prompt, chosen)
  client.command('listRecordings', {}, function(result)
    if #result.recordings == 0 then
      message.show(
        'There is no recording below the folders of this workspace.',
        vim.log.levels.WARN
      )
      return
    end
    vim.ui.select(result.recordings, {
      prompt = prompt,
      kind = 'cuttledoc.recording',
      format_item = function(recording)
        return recording.relative
      end,
    }, function(recording)
      if recording then
        chosen(recording)
      end
    end)
  end)
end

---@param name string File name of the recording.
---@param text string Markdown.
local function show(name, text)
  vim.cmd.tabnew()
  local buffer = vim.api.nvim_get_current_buf()
  local lines = vim.split(text, '\n')
  if lines[#lines] == '' then
    table.remove(lines)
  end
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].filetype = 'markdown'
  message.show(('The transcript of %s is in this buffer. Save it by :write NAME.'):format(name))
end

---@param path string
---@param force boolean
local function transcribe(path, force)
  client.command('transcribeFile', { path = path, force = force }, function(result)
    if result.outcome == 'done' then
      show(vim.fs.basename(path), result.markdown)
    end
  end)
end

--- Transcribe a recording into a new buffer.
---@param name string Its path; empty to choose one.
---@param force boolean Transcribe even if the transcript is known.
function M.transcribe(name, force)
  if name ~= '' then
    return transcribe(vim.fs.abspath(vim.fs.normalize(name)), force)
  end
  choose('Transcribe a recording:', function(recording)
    transcribe(recording.path, force)
  end)
end

--- A link's target, relative to the document, as Markdown wants it.
---@param path string
---@param folder string The document's.
---@return string
function M.target(path, folder)
  local ups, base = '', folder
  local below = vim.fs.relpath(base, path)
  while not below and vim.fs.dirname(base) ~= base do
    base, ups = vim.fs.dirname(base), ups .. '../'
    below = vim.fs.relpath(base, path)
  end
  local target = below and ups .. below or path
  return (
    target:gsub('[%s%c()<>%%#?"\\]', function(char)
      return ('%%%02X'):format(char:byte())
    end)
  )
end

--- Put a link to a recording below the cursor's line.
function M.link()
  local window = vim.api.nvim_get_current_win()
  local buffer = vim.api.nvim_get_current_buf()
  choose('Link a recording:', function(recording)
    local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(buffer))
    local label = vim.fs.basename(recording.path):gsub('[%[%]\\]', '\\%0')
    local line = ('![%s](%s)'):format(label, M.target(recording.path, folder))
    local row = vim.api.nvim_win_get_cursor(window)[1]
    local here = vim.api.nvim_buf_get_lines(buffer, row - 1, row, false)[1]
    if here == '' then
      vim.api.nvim_buf_set_lines(buffer, row - 1, row, false, { line })
      vim.api.nvim_win_set_cursor(window, { row, 0 })
    else
      vim.api.nvim_buf_set_lines(buffer, row, row, false, { '', line })
      vim.api.nvim_win_set_cursor(window, { row + 2, 0 })
    end
  end)
end

return M
