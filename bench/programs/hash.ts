import { digestPath } from '../../src/fingerprint/digest-path.ts';
import { openStatCache } from '../../src/fingerprint/stat-cache.ts';

// node hash.mjs PATH CACHE: digests a file or folder as a run does, through the stat cache that lies in CACHE.
const [path, cacheFolder] = process.argv.slice(2);
const cache = openStatCache(cacheFolder!);
const content = await digestPath(path!, cache);
cache.save();
console.log(content?.digest);
