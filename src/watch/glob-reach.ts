/** Which paths a glob can match. It may take in more than the glob itself does, and never less. */
export interface GlobReach {
  readonly pattern: string;
  /** Whether matches may lie in a folder, given relative to the base. */
  readonly reaches: (folder: string) => boolean;
  /** Whether a path, given relative to the base, may be a match. */
  readonly covers: (path: string) => boolean;
}

/** The folder that a glob starts from, and what it can reach there. A change too many costs a look, and no run. */
export const globReach = (pattern: string): { readonly base: string; readonly reach: GlobReach } => {
  const segments = pattern.split('/');
  const first = segments.findIndex((segment) => /[*?[\]{}()!+@]/.test(segment));
  const rest = segments.slice(first);
  // Braces and groups may hold slashes of their own.
  const isPlain = !/[{}()]/.test(pattern);
  const depth = isPlain && !rest.includes('**') ? rest.length : Number.POSITIVE_INFINITY;
  const base = segments.slice(0, first).join('/');
  const isSkipped = skippedIn(pattern, base);
  const last = isPlain ? nameMatcher(rest.at(-1)!) : undefined;
  return {
    base,
    reach: {
      pattern,
      reaches: (folder) => !isSkipped(folder) && folder.split('/').length < depth,
      covers: (path) => {
        const parts = path.split('/');
        if (isSkipped(path) || parts.length > depth) return false;
        const mayBeLast = parts.length === depth || depth === Number.POSITIVE_INFINITY;
        return mayBeLast && (last?.test(parts.at(-1)!) ?? true);
      },
    },
  };
};

/** As `expandGlob` leaves them out: artifacts, installed packages, and hidden files unless they are asked for. */
const skippedIn = (pattern: string, base: string): ((path: string) => boolean) => {
  const asksHidden = /(^|\/)[^/]*\./.test(pattern.replace(/\.\w+$/, ''));
  return (path) => {
    const whole = base === '' ? path : `${base}/${path}`;
    if (whole === 'artifacts' || whole.startsWith('artifacts/')) return true;
    return path.split('/').some((part) => part === 'node_modules' || (!asksHidden && part.startsWith('.')));
  };
};

/** For a name of plain characters, `*` and `?`; undefined for any other, which is then not held against it. */
const nameMatcher = (segment: string): RegExp | undefined => {
  if (segment === '**' || !/^[\w.*? -]+$/.test(segment)) return undefined;
  const source = segment.replace(/[.-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su');
};
