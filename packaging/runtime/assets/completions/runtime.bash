# bash completion for runtime(1)

_runtime() {
  local cur prev words cword
  _init_completion -n =: || return

  case $cur in
    --outdir=* | --servedir=* | --outbase=*)
      cur=${cur#*=}
      _filedir -d
      return
      ;;
    --outfile=* | --certfile=* | --keyfile=* | --metafile=* | --mangle-cache=* | --tsconfig=* | --serve-fallback=*)
      cur=${cur#*=}
      _filedir
      return
      ;;
    --inject:*)
      cur=${cur#*:}
      _filedir
      return
      ;;
    --charset=*) _runtime_values utf8 ;;
    --color=* | --mangle-quoted=* | --tree-shaking=*) _runtime_values "true false" ;;
    --drop:*) _runtime_names "console debugger" ;;
    --format=*) _runtime_values "iife cjs esm" ;;
    --jsx=*) _runtime_values "automatic preserve transform" ;;
    --legal-comments=*) _runtime_values "none inline eof linked external" ;;
    --loader:*=*)
      _runtime_values "base64 binary copy css dataurl empty file global-css js json jsx local-css text ts tsx"
      ;;
    --log-level=*) _runtime_values "verbose debug info warning error silent" ;;
    --packages=*) _runtime_values "bundle external" ;;
    --platform=*) _runtime_values "browser node neutral" ;;
    --sourcemap=*) _runtime_values "external inline linked both" ;;
    --sources-content=*) _runtime_values false ;;
    --target=*) _runtime_values "es2017 es2018 es2019 es2020 es2021 es2022 es2023 es2024 esnext" ;;
    --watch=*) _runtime_values forever ;;
    -*)
      COMPREPLY=($(compgen -W "--abs-paths= --allow-overwrite --analyze --asset-names= --banner: --bundle
        --certfile= --charset= --chunk-names= --color= --cors-origin= --define: --drop: --drop-labels=
        --entry-names= --external: --footer: --format= --global-name= --help --ignore-annotations --inject: --jsx-dev
        --jsx-factory= --jsx-fragment= --jsx-import-source= --jsx-side-effects --jsx= --keep-names --keyfile=
        --legal-comments= --line-limit= --loader: --log-level= --log-limit= --log-override: --main-fields=
        --mangle-cache= --mangle-props= --mangle-quoted= --metafile= --minify --minify-identifiers --minify-syntax
        --minify-whitespace --out-extension: --outbase= --outdir= --outfile= --packages= --platform=
        --preserve-symlinks --public-path= --pure: --reserve-props= --resolve-extensions= --serve --serve= --serve-fallback=
        --servedir= --source-root= --sourcefile= --sourcemap --sourcemap= --sources-content= --splitting --supported:
        --target= --tree-shaking= --tsconfig= --tsconfig-raw= --version --watch --watch-delay= --watch=" -- "$cur"))
      [[ ${COMPREPLY-} == *[=:] ]] && compopt -o nospace
      __ltrim_colon_completions "$cur"
      ;;
    *) _filedir '@(js|jsx|mjs|cjs|ts|tsx|mts|cts|css|json)' ;;
  esac
}

# Readline takes = and : for the ends of words: what stands before them is not part of a completion.
_runtime_values() {
  COMPREPLY=($(compgen -W "$1" -- "${cur##*=}"))
}

_runtime_names() {
  COMPREPLY=($(compgen -W "$1" -- "${cur##*:}"))
}

complete -F _runtime runtime
