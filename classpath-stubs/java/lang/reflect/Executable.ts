// java.lang.reflect.Executable: attributes of methods and constructors.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { internOrNull, newBytesOrNull, newObject } from '../../../support/java-objects.js';
import { reflectedMethod } from '../../../support/reflection-objects.js';

export const natives = {
  // null where the class file does not tell; Java code then makes up names.
  'getParameters0()[Ljava/lang/reflect/Parameter;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const parameters = reflectedMethod(m, self).info?.parameters ?? null;
      if (parameters === null) return 0;
      const objects = parameters.map(({ name, accessFlags }, index) =>
        newObject(m, 'java/lang/reflect/Parameter', {
          name: internOrNull(m, name),
          modifiers: accessFlags,
          executable: self,
          index,
        }),
      );
      return m.heap.newReferenceArray(m.classes.boot('[Ljava/lang/reflect/Parameter;'), objects);
    },
  },
  'getTypeAnnotationBytes0()[B': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const { info } = reflectedMethod(m, self);
      return newBytesOrNull(m, info?.rawAttribute('RuntimeVisibleTypeAnnotations'));
    },
  },
} satisfies NativeTable;
