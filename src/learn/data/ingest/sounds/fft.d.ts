/** The part of fft.js, which has no types of its own, that is used here. */
declare module 'fft.js' {
  class FFT {
    /** @param size a power of two, at least 2. */
    constructor(size: number);
    /** Room for `size` complex numbers: real and imaginary parts in turn. */
    createComplexArray(): number[];
    /** Writes the first half of the spectrum of `size` real numbers, its middle included, into `out`. */
    realTransform(out: number[], data: ArrayLike<number>): void;
  }
  export = FFT;
}
