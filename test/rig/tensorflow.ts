import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { findTensorflow } from '../../src/machine/tensorflow/find.ts';
import type { GrantedBackend } from '../../src/types/stage.ts';

const installed = findTensorflow(userCacheFolder({ environment: process.env }), 'cpu');

/** TensorFlow on the processor, if `stemma backend install` has brought it; undefined: it is not installed. */
export const tensorflow: GrantedBackend | undefined =
  installed === undefined
    ? undefined
    : {
        ...{ name: 'tensorflow', version: installed.version, device: 'cpu', threads: 2, deterministic: true },
        folder: installed.folder,
      };

/** For `describe.skipIf(tensorflow === undefined)`: the reason stands in the name of what is left out. */
export const withTensorflow = (what: string): string =>
  tensorflow === undefined ? `${what} (left out: TensorFlow is not installed)` : what;

// TensorFlow reads these once, when it is loaded into this process.
Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: '2', TF_NUM_INTEROP_THREADS: '2', TF_CPP_MIN_LOG_LEVEL: '3' });
