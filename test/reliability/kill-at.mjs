// Loaded before the program (`node --import`): writes down each call that changes the disk below the project, or kills
// the process at one of them. A call is known by its function, its path without what differs from run to run, and a
// number among its equals: so it is the same call in the next run, whatever the order in which parallel work gets on.
//
//   STEMMA_CALLS_TO=FILE    write the calls of a whole run down
//   STEMMA_KILL_AT={…}      { call, when: "before" | "half" | "after" }: SIGKILL there; half: of the bytes are written
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative, resolve } from 'node:path';

const root = process.cwd();
const target = JSON.parse(process.env.STEMMA_KILL_AT ?? 'null');
const calls = [];
const counts = new Map();
const paths = new Map();
const writeDown = fs.writeFileSync;
// A function of node:fs may be made of others: those are not calls of the program's.
let inside = 0;

const nameOf = (operation, args) => {
  const places = args.map((place) => relative(root, resolve(String(place))));
  if (places.some((place) => place.startsWith('..'))) return undefined;
  const base = `${operation} ${places.map(anyRun).join(' → ')}`;
  const ordinal = (counts.get(base) ?? 0) + 1;
  counts.set(base, ordinal);
  return `${base} #${ordinal}`;
};

/** A path without the digests, numbers and names that no two runs share. */
const anyRun = (path) =>
  path
    .replace(/\.tmp-\d+(-\d+)?/g, '.tmp')
    .replace(/\/[0-9a-f]{2}(?=\/|$)/g, '/xx')
    .replace(/[0-9a-f]{14,}/g, 'x')
    .replace(/\d{4}-\d\d-\d\dT[\d-]+-[0-9a-f]{4}/g, 'run');

const die = () => process.kill(process.pid, 'SIGKILL');

/** Counts a call, and says when in it to die: undefined for go on. */
const meet = (operation, args) => {
  const call = nameOf(operation, args);
  if (call === undefined) return undefined;
  calls.push(call);
  return call === target?.call ? target.when : undefined;
};

const guarded = (work) => {
  inside++;
  try {
    return work();
  } finally {
    inside--;
  }
};

/**
 * A function that meets its call before and after. `places` picks the paths of its arguments (undefined: no call to
 * count); `half` makes of the arguments those that write half, `tear` writes half itself.
 */
const wrap = (operation, original, { places, half, tear, kind }) =>
  function (...args) {
    const found = inside > 0 ? undefined : places.call(this, args);
    const when = found === undefined ? undefined : meet(operation, found);
    if (when === undefined) return guarded(() => original.apply(this, args));
    if (when === 'half' && tear !== undefined) guarded(() => tear(...args));
    if (when === 'before' || (when === 'half' && tear !== undefined)) die();
    const chosen = when === 'half' && half !== undefined ? half(args) : args;
    if (kind === 'callback') return original.apply(this, [...chosen.slice(0, -1), die]);
    if (kind === 'promise') return guarded(() => original.apply(this, chosen)).then(die, die);
    // Some calls fail as a matter of course: where one does, it has happened all the same.
    try {
      return guarded(() => original.apply(this, chosen));
    } finally {
      die();
    }
  };

const byFirst = ([path]) => (typeof path === 'number' ? placeOf(path) : [path]);
const byFile = ([file]) => placeOf(file);
const byBoth = ([from, to]) => [from, to];
const byTarget = ([, to]) => [to];
const placeOf = (file) => (paths.has(file) ? [paths.get(file)] : undefined);
const ifWriting = ([path, flags]) =>
  flags === undefined || flags === 0 || /^rs?\+?$/.test(flags) ? undefined : [path];

const halfOf = (data) => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  return bytes.subarray(0, bytes.length >> 1);
};
const halfSecond = ([first, data, ...rest]) => [first, halfOf(data), ...rest];
/** (file, buffer, offset?, …) → the first half of what is left. */
const halfWrite = ([file, data, offset = 0]) => [file, halfOf(Buffer.from(data).subarray(Number(offset) || 0))];

const functions = {
  write: { places: byFile, half: halfWrite },
  writev: { places: byFile },
  writeFile: { places: byFirst, half: halfSecond },
  appendFile: { places: byFirst, half: halfSecond },
  rename: { places: byBoth },
  link: { places: byTarget },
  symlink: { places: byTarget },
  copyFile: { places: byTarget, tear: (from, to) => writeDown(to, halfOf(fs.readFileSync(from))) },
  cp: { places: byTarget },
  fsync: { places: byFile },
  fdatasync: { places: byFile },
  ftruncate: { places: byFile },
  truncate: { places: byFirst },
  mkdir: { places: byFirst },
  mkdtemp: { places: byFirst },
  rm: { places: byFirst },
  rmdir: { places: byFirst },
  unlink: { places: byFirst },
  chmod: { places: byFirst },
  fchmod: { places: byFile },
  utimes: { places: byFirst },
  futimes: { places: byFile },
};

const remember = (file, path) => {
  paths.set(file, path);
  return file;
};

const patch = (holder, name, options) => {
  if (typeof holder[name] === 'function') holder[name] = wrap(name.replace(/Sync$/, ''), holder[name], options);
};

for (const [name, options] of Object.entries(functions)) {
  patch(fs, `${name}Sync`, { ...options, kind: 'sync' });
  patch(fs, name, { ...options, kind: 'callback' });
  patch(fs.promises, name, { ...options, kind: 'promise' });
}

const { openSync, open } = fs;
const openPromise = fs.promises.open;
const opening = { places: ifWriting };
const openSyncMet = wrap('open', openSync, { ...opening, kind: 'sync' });
const openMet = wrap('open', open, { ...opening, kind: 'callback' });
const openPromiseMet = wrap('open', openPromise, { ...opening, kind: 'promise' });
fs.openSync = (path, ...rest) => remember(openSyncMet(path, ...rest), path);
fs.open = (path, ...rest) => {
  const done = rest.pop();
  return openMet(path, ...rest, (error, file) => done(error, error ? file : remember(file, path)));
};
fs.promises.open = async (path, ...rest) => {
  const handle = await openPromiseMet(path, ...rest);
  remember(handle.fd, path);
  return handle;
};

const probe = await openPromise('/dev/null');
const handles = Object.getPrototypeOf(probe);
await probe.close();
const byHandle = function () {
  return placeOf(this.fd);
};
const halfFirst = ([data, offset = 0]) => [halfOf(Buffer.from(data).subarray(Number(offset) || 0))];
for (const name of ['write', 'writeFile', 'appendFile'])
  patch(handles, name, { places: byHandle, half: halfFirst, kind: 'promise' });
for (const name of ['writev', 'sync', 'datasync', 'truncate', 'chmod', 'utimes'])
  patch(handles, name, { places: byHandle, kind: 'promise' });

syncBuiltinESMExports();

if (process.env.STEMMA_CALLS_TO !== undefined)
  process.on('exit', () => writeDown(process.env.STEMMA_CALLS_TO, JSON.stringify(calls)));
