#compdef runtime
# zsh completion for runtime(1)

_arguments -S \
  '(- *)--help[list all options]' \
  '(- *)--version[print the version]' \
  '--abs-paths=-[where absolute paths are printed]:situations:(code log metafile)' \
  '--allow-overwrite[let output files overwrite input files]' \
  '--analyze=-[tell what takes room in a bundle]::detail:(verbose)' \
  '--asset-names=-[template for paths of files]:template:' \
  '*--banner\:-[text before each output]:type=text:' \
  '--bundle[put all imports into the output]' \
  '--certfile=-[certificate for HTTPS]:file:_files' \
  '--charset=-[character set of the output]:charset:(utf8)' \
  '--chunk-names=-[template for paths of shared code]:template:' \
  '--color=-[colour messages]:colour:(true false)' \
  '--cors-origin=-[origin that may read what is served]:origin:' \
  '*--define\:-[replace a name by a value]:name=value:' \
  '*--drop\:-[remove constructs]:construct:(console debugger)' \
  '--drop-labels=-[remove labelled statements]:labels:' \
  '--entry-names=-[template for paths of outputs]:template:' \
  '*--external\:-[leave a module out of the bundle]:module:' \
  '*--footer\:-[text after each output]:type=text:' \
  '--format=-[module format]:format:(iife cjs esm)' \
  '--global-name=-[name of the global in iife]:name:' \
  '--ignore-annotations[ignore tree shaking annotations]' \
  '*--inject\:-[import a file into all inputs]:file:_files' \
  '--jsx-dev[development mode of JSX]' \
  '--jsx-factory=-[function for JSX elements]:name:' \
  '--jsx-fragment=-[name for JSX fragments]:name:' \
  '--jsx-import-source=-[package of the JSX runtime]:package:' \
  '--jsx-side-effects[keep JSX that is not used]' \
  '--jsx=-[how JSX is written]:mode:(automatic preserve transform)' \
  '--keep-names[keep names of functions and classes]' \
  '--keyfile=-[key for HTTPS]:file:_files' \
  '--legal-comments=-[where legal comments go]:place:(none inline eof linked external)' \
  '--line-limit=-[break lines longer than this]:letters:' \
  '*--loader\:-[loader for an extension]:.ext=loader:' \
  '--log-level=-[least level of messages]:level:(verbose debug info warning error silent)' \
  '--log-limit=-[largest number of messages]:count:' \
  '*--log-override\:-[level of one message]:message=level:' \
  '--main-fields=-[fields of package.json that name the entry]:fields:' \
  '--mangle-cache=-[file that keeps renamed properties]:file:_files' \
  '--mangle-quoted=-[rename quoted properties too]:value:(true false)' \
  '--mangle-props=-[rename properties that match]:expression:' \
  '--metafile=-[write facts about the build]:file:_files' \
  '--minify[make the output small]' \
  '--minify-identifiers[shorten names]' \
  '--minify-syntax[use shorter syntax]' \
  '--minify-whitespace[remove blanks]' \
  '*--out-extension\:-[extension of outputs]:.js=.mjs:' \
  '--outbase=-[base of output paths]:folder:_files -/' \
  '--outdir=-[folder for outputs]:folder:_files -/' \
  '--outfile=-[output file]:file:_files' \
  '--packages=-[what happens to packages]:mode:(bundle external)' \
  '--platform=-[platform of the output]:platform:(browser node neutral)' \
  '--preserve-symlinks[do not resolve symbolic links]' \
  '--public-path=-[base address of files]:address:' \
  '*--pure\:-[mark a function as pure]:name:' \
  '--reserve-props=-[never rename properties that match]:expression:' \
  '--resolve-extensions=-[extensions that are tried]:extensions:' \
  '--serve=-[answer HTTP requests]::address:' \
  '--serve-fallback=-[page for what is not found]:file:_files' \
  '--servedir=-[folder that is served too]:folder:_files -/' \
  '--source-root=-[sourceRoot of source maps]:root:' \
  '--sourcefile=-[name of standard input]:name:' \
  '--sourcemap=-[write a source map]::mode:(external inline linked both)' \
  '--sources-content=-[leave sources out of source maps]:value:(false)' \
  '--splitting[share code between outputs]' \
  '*--supported\:-[syntax that is supported]:feature=bool:' \
  '--target=-[language level or engines]:target:(es2017 es2018 es2019 es2020 es2021 es2022 es2023 es2024 esnext)' \
  '--tree-shaking=-[drop what is not used]:value:(true false)' \
  '--tsconfig=-[tsconfig.json to use]:file:_files' \
  '--tsconfig-raw=-[tsconfig.json as text]:json:' \
  '--watch=-[build again on changes]::mode:(forever)' \
  '--watch-delay=-[wait before building again]:milliseconds:' \
  '*:script:_files -g "*.(js|jsx|mjs|cjs|ts|tsx|mts|cts|css|json)"'
