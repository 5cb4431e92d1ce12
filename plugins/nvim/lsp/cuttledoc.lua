return require('cuttledoc.client').config()
