// The process of a run whose gateway does wrong after a take-over: the first output then is lost, or comes out twice.
import { Gateway } from '../../../replication/roles/gateway.js';

const step = Gateway.prototype.step;
let isDone = false;

Gateway.prototype.step = function (event) {
  const effects = step.call(this, event);
  return effects.map((effect) => {
    if (isDone || this.incarnation === 1 || effect.kind !== 'write') return effect;
    const { item } = effect;
    if (item.kind !== 'write' || item.stream !== 1) return effect;
    isDone = true;
    const bytes =
      process.env.RJVM_TEST_FAULT === 'lost' ? new Uint8Array(0) : Buffer.concat([item.bytes, item.bytes]);
    return { ...effect, item: { ...item, bytes } };
  });
};

await import('../../../replication/prove/case-main.js');
