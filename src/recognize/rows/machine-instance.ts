/** The machine, started: what the build makes of the folder machine/, with a memory of its own. */
import binary from './machine/machine.wasm';
import { MachineMemory } from './machine-memory.ts';

/** What the machine gives. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: () => number;
}

/** A machine. */
export interface Machine {
  readonly memory: MachineMemory;
  /** Reads lines; returns why it goes no further. */
  readonly run: () => number;
}

let compiled: WebAssembly.Module | undefined;

/** Returns a machine; undefined where this processor lacks what it is made of (SSE4.1, NEON), or memory is short. */
export function instantiate(): Machine | undefined {
  try {
    compiled ??= new WebAssembly.Module(binary);
    const { exports } = new WebAssembly.Instance(compiled);
    const { memory, run } = exports as unknown as Exports;
    return { memory: new MachineMemory(memory.buffer), run };
  } catch {
    return undefined;
  }
}
