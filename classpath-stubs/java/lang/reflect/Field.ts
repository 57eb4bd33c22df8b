// java.lang.reflect.Field.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { newBytesOrNull } from '../../../support/java-objects.js';
import { fieldOfReflected } from '../../../support/reflected-field.js';

export const natives = {
  'getTypeAnnotationBytes0()[B': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const { info } = fieldOfReflected(m, self);
      return newBytesOrNull(m, info?.rawAttribute('RuntimeVisibleTypeAnnotations'));
    },
  },
} satisfies NativeTable;
