import type { TypeModel, TypeName } from './model.ts';

/**
 * Programs that real processes can run: they write digests of all that they see, as `view.ts` does for the stages that
 * run without a process. A command keeps what param `keep` says, and so does a stage type.
 */
export const toolText = (variant: number): string => `# tool ${variant}
see() {
  echo "tool ${variant}"
  for word in "$@"; do case "$word" in artifacts/.store/*) ;; *) echo "$word"; [ ! -f "$word" ] || cat "$word" ;; esac; done
  env | grep -E '^(STEMMA_(DEP|PARAM)_|STEMMA_SEED=|E[0-9]=)' | sed 's|=artifacts/.store/.*/deps/|=|' | sort
  env | sed -n 's/^STEMMA_DEP_[^=]*=//p' | sort | while read -r path; do find -L $path -type f | sort | xargs -r cat; done
}
kept=$(see "$@" | sha256sum | cut -c1-64)
case "$STEMMA_PARAM_KEEP" in
  bit) case "$kept" in [02468ace]*) kept=0 ;; *) kept=1 ;; esac ;;
  nothing) kept= ;;
esac
env | sed -n 's/^STEMMA_OUT_[^=]*=//p' | while read -r out; do
  case "$out" in
    *.d) mkdir -p "$out/sub"; echo "$kept" > "$out/a.txt"; echo same > "$out/sub/same.txt" ;;
    *) mkdir -p "$(dirname "$out")"; echo "$kept" > "$out" ;;
  esac
done
`;

export const moduleText = (name: TypeName, { entry, comment }: TypeModel): string => `// ${comment}
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mark } from '../shared/near.ts';

const contents = (path: string): string =>
  statSync(path).isFile()
    ? readFileSync(path, 'utf8')
    : readdirSync(path).sort().map((name) => name + contents(join(path, name))).join();

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
