// The part of the host's WebAssembly that the machine uses: its memory.
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(descriptor: { initial: number; maximum: number; shared: true });
      readonly buffer: SharedArrayBuffer;
    }
  }
}

export {};
