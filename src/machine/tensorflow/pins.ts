import { tensorflowVersion } from './versions.ts';

/** A Python wheel that pip is to bring, and no other bytes than these. */
export interface PinnedWheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** Size of the wheel; where it is not known beforehand, pip says it. */
  readonly bytes?: number;
  /** What pip is asked for, whatever Python runs it. */
  readonly python: string;
  /** Newest first; pip takes a wheel for any of them. */
  readonly platforms: readonly string[];
}

/** What is to be brought for a kind of machine: TensorFlow itself first. */
export interface PinnedWheels {
  readonly wheels: readonly [PinnedWheel, ...(readonly PinnedWheel[])];
  /** Bytes on the disk when it is installed, about. */
  readonly installed: number;
}

/** By `platform-arch-device`, as Node names them; what is not here has not been pinned. */
export const pinnedWheels = (place: string): PinnedWheels | undefined => pins[place];

const x64 = ['manylinux_2_27_x86_64', 'manylinux_2_26_x86_64', 'manylinux_2_25_x86_64', 'manylinux_2_18_x86_64'];
const olderX64 = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64', 'manylinux2010_x86_64', 'manylinux_2_12_x86_64'];

const cuda = (name: string, version: string, sha256: string, bytes?: number): PinnedWheel => ({
  name: `nvidia-${name}-cu12`,
  version,
  sha256,
  ...(bytes !== undefined && { bytes }),
  python: '3.13',
  platforms: [...x64, ...olderX64],
});

// The digest for the processor of x64 was computed from the wheel. The others stand in lock files that were made from
// the index; a wrong one would make pip refuse, and not take other bytes. TensorFlow's wheels hold the same libraries
// for each Python.
const pins: Readonly<Record<string, PinnedWheels>> = {
  'linux-x64-cpu': {
    wheels: [
      {
        name: 'tensorflow-cpu',
        version: tensorflowVersion,
        sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
        bytes: 273_829_956,
        python: '3.11',
        platforms: x64,
      },
    ],
    installed: 854_000_000,
  },
  'linux-arm64-cpu': {
    wheels: [
      {
        name: 'tensorflow',
        version: tensorflowVersion,
        sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
        python: '3.11',
        platforms: ['manylinux_2_27_aarch64'],
      },
    ],
    installed: 900_000_000,
  },
  'linux-x64-gpu': {
    wheels: [
      {
        name: 'tensorflow',
        version: tensorflowVersion,
        sha256: 'e9d8da8dcab9650efb45f032ba70af2f016f907e6e0c6bda29dd101bba945406',
        bytes: 572_881_074,
        python: '3.13',
        platforms: x64,
      },
      // What the extra `and-cuda` asks for.
      cuda('cublas', '12.9.2.10', 'e4f53a8ca8c5d6e8c492d0d0a3d565ecb59a751b19cfdaa4f6da0ab2104c1702', 581_240_110),
      cuda('cuda-cupti', '12.9.79', '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f'),
      cuda('cuda-nvcc', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0', 40_546_229),
      cuda('cuda-nvrtc', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'),
      cuda('cuda-runtime', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'),
      cuda('cudnn', '9.23.2.1', 'a5e706320218dc7d661b0e13402f204eeccd07b18d061b4d60668f80e464dd1e'),
      cuda('cufft', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28', 200_877_592),
      cuda('curand', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'),
      cuda('cusolver', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338_117_415),
      cuda('cusparse', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78', 366_465_088),
      cuda('nccl', '2.30.7', '8ce1b8213f61f2bfac132e6df890af6450b77cbd140c6ce4e98cb0c2d8e678c9'),
      cuda('nvjitlink', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'),
    ],
    installed: 8_000_000_000,
  },
};
