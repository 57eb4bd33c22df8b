// A toy machine whose replicas get altered values from their log: the lowest bit of the first clock reading is another.
// Only in replica processes, where it is loaded in a thread; what checks the run is sound.
import { isMainThread } from 'node:worker_threads';
import { ReplayLog } from '../../../replication/log.js';

export { machineFactory } from '../toy-machine.js';

if (!isMainThread) {
  const takeInput = ReplayLog.prototype.takeInput;
  ReplayLog.prototype.takeInput = function (position) {
    const record = takeInput.call(this, position);
    if (record === undefined || typeof record.value !== 'bigint' || position.epoch !== 0) return record;
    return { ...record, value: record.value ^ 1n };
  };
}
