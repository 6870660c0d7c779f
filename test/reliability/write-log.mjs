// Loaded before the program (`node --import`): after each call that changes the disk below the project, writes down all
// that stands there, and of each file the bytes that are known to be on the disk, since they were flushed.
//
//   STEMMA_WRITE_LOG=FILE   where the log goes: a line of JSON a call, and the contents beside it, each by its number
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, relative, resolve } from 'node:path';

const root = process.cwd();
const to = process.env.STEMMA_WRITE_LOG;
const original = { ...fs };
const contents = new Map();
/** Inode → number of the content that was flushed. */
const flushed = new Map();
const paths = new Map();
let inside = 0;

const contentOf = (path) => {
  const bytes = original.readFileSync(path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (!contents.has(digest)) {
    contents.set(digest, contents.size);
    original.writeFileSync(`${to}.${contents.get(digest)}`, bytes);
  }
  return contents.get(digest);
};

/** Stage processes write meanwhile: what is gone before it is read was not there. */
const tryTo = (work) => {
  try {
    return work();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
};

const walk = (folder, into) => {
  for (const entry of tryTo(() => original.readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      into.folders.push(relative(root, path));
      walk(path, into);
    } else if (entry.isFile()) {
      const file = tryTo(() => ({ inode: original.statSync(path).ino, content: contentOf(path) }));
      if (file !== undefined) into.files.push([relative(root, path), file.content, flushed.get(file.inode) ?? null]);
    }
  }
  return into;
};

const writeDown = (call) =>
  guarded(() =>
    original.appendFileSync(to, `${JSON.stringify({ call, ...walk(root, { folders: [], files: [] }) })}\n`),
  );

const guarded = (work) => {
  inside++;
  try {
    return work();
  } finally {
    inside--;
  }
};

const isOurs = (path) => typeof path === 'string' && !relative(root, resolve(path)).startsWith('..');

/** A flushed file's bytes stay, until others are written; a flushed folder changes nothing here: names come in order. */
const flush = (fd) => {
  const path = paths.get(fd);
  if (path === undefined || !original.fstatSync(fd).isFile()) return;
  const content = tryTo(() => contentOf(path));
  if (content !== undefined) flushed.set(original.fstatSync(fd).ino, content);
};

const met = (name, args) => {
  const path = typeof args[0] === 'number' ? paths.get(args[0]) : args[0];
  const target = typeof args[1] === 'string' && /^(rename|link|symlink|copyFile|cp)/.test(name) ? args[1] : path;
  if (!isOurs(target)) return;
  writeDown(`${name} ${relative(root, resolve(target))}`);
};

const changing = [
  'write',
  'writev',
  'writeFile',
  'appendFile',
  'rename',
  'link',
  'symlink',
  'copyFile',
  'cp',
  'ftruncate',
];
const others = ['truncate', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'chmod', 'utimes'];

const wrapSync = (holder, name) => {
  const call = holder[name];
  holder[name] = (...args) => {
    if (inside > 0) return call.apply(holder, args);
    const value = guarded(() => call.apply(holder, args));
    met(name, args);
    return value;
  };
};
const wrapPromise = (holder, name) => {
  const call = holder[name];
  holder[name] = async (...args) => {
    const value = await call.apply(holder, args);
    met(name, args);
    return value;
  };
};
for (const name of [...changing, ...others]) {
  wrapSync(fs, `${name}Sync`);
  if (typeof fs.promises[name] === 'function') wrapPromise(fs.promises, name);
}

for (const name of ['fsyncSync', 'fdatasyncSync']) {
  const call = fs[name];
  fs[name] = (fd) => {
    call(fd);
    guarded(() => flush(fd));
    if (paths.has(fd) && isOurs(paths.get(fd))) writeDown(`${name} ${relative(root, resolve(paths.get(fd)))}`);
  };
}

const openSync = fs.openSync;
fs.openSync = (path, ...rest) => {
  const fd = openSync(path, ...rest);
  paths.set(fd, String(path));
  return fd;
};
const openPromise = fs.promises.open;
fs.promises.open = async (path, ...rest) => {
  const handle = await openPromise(path, ...rest);
  const { fd } = handle;
  paths.set(fd, String(path));
  const sync = handle.sync.bind(handle);
  handle.sync = async () => {
    await sync();
    guarded(() => flush(fd));
    if (isOurs(String(path))) writeDown(`sync ${relative(root, resolve(String(path)))}`);
  };
  return handle;
};

// All that is there before is on the disk.
const start = walk(root, { folders: [], files: [] });
for (const [path, content] of start.files) flushed.set(original.statSync(join(root, path)).ino, content);
writeDown('start');
syncBuiltinESMExports();
