import type { TypeModel, TypeName } from './model.ts';

/**
 * Programs that real processes can run: they write digests of all that they see, as `view.ts` does for the stages that
 * run without a process. A command keeps what param `keep` says, and so does a stage type.
 * What the shell can do it does itself: hundreds of these are run, and each process that one starts would count.
 */
export const toolText = (variant: number): string => `# tool ${variant}
copy() { while IFS= read -r line || [ -n "$line" ]; do echo "$line"; done < "$1"; }
contents() { for path in "$@"; do if [ -d "$path" ]; then contents "$path"/*; elif [ -f "$path" ]; then copy "$path"; fi; done; }
variables() { set | while IFS= read -r line; do name=\${line%%=*}; case "$line" in $1) eval "$2" ;; esac; done; }
see() {
  echo "tool ${variant}"
  for word in "$@"; do case "$word" in artifacts/.store/*) ;; *) echo "$word"; [ ! -f "$word" ] || copy "$word" ;; esac; done
  for kind in 'STEMMA_DEP_*=*' 'STEMMA_PARAM_*=*' 'STEMMA_SEED=*' 'E[0-9]=*'; do
    variables "$kind" 'case "$line" in *=*artifacts/.store/*/deps/*) line=\${line%%=*}=\${line##*/deps/} ;; esac; echo "$line"'
  done
  variables 'STEMMA_DEP_*=*' 'eval contents \\$$name'
}
kept=$(see "$@" | sha256sum)
kept=\${kept%% *}
case "$STEMMA_PARAM_KEEP" in
  bit) case "$kept" in [02468ace]*) kept=0 ;; *) kept=1 ;; esac ;;
  nothing) kept= ;;
esac
write() {
  case "$1" in
    *.d) mkdir -p "$1/sub"; echo "$kept" > "$1/a.txt"; echo same > "$1/sub/same.txt" ;;
    *) [ -d "\${1%/*}" ] || mkdir -p "\${1%/*}"; echo "$kept" > "$1" ;;
  esac
}
variables 'STEMMA_OUT_*=*' 'eval write \\"\\$$name\\"'
`;

export const moduleText = (name: TypeName, { entry, comment }: TypeModel): string => `// ${comment}
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mark } from '../shared/near.ts';

const contents = (path: string): string =>
  statSync(path).isFile()
    ? readFileSync(path, 'utf8')
    : readdirSync(path).sort().flatMap((name) => {
        // A folder without files is in no manifest, and so nothing that a stage may go by.
        const text = contents(join(path, name));
        return text === '' && statSync(join(path, name)).isDirectory() ? [] : [name + text];
      }).join();

/* ${comment} */
export const run = (context: any) => {
  const names = Object.keys(context.deps).sort();
  const seen = JSON.stringify([
    'mark:${name}-${entry}', mark(), context.params, context.objective, context.backend?.name,
    names.map((name) => [name, basename(context.deps[name]), contents(context.deps[name])]),
    readFileSync('stages/${name}/table.txt', 'utf8')${name === 'rich' ? `, context.seed('x')` : ''},
  ]);
  const digest = createHash('sha256').update(seen).digest('hex');
  const { keep } = context.params;
  const kept = keep === 'nothing' ? '' : keep === 'bit' ? String(parseInt(digest[0]!, 16) & 1) : digest;
  writeFileSync(context.outs.first, kept);
  if (context.outs.second) {
    mkdirSync(context.outs.second);
    writeFileSync(join(context.outs.second, 'a.txt'), kept);
  }
};
`;
