// jdk.internal.jimage.NativeImageBuffer: the class library's image is not mapped, so Java reads it through a channel.
import { internal } from '../../../../jvm/actions.js';
import type { NativeTable } from '../../../../jvm/natives.js';

export const natives = {
  'getNativeMap(Ljava/lang/String;)Ljava/nio/ByteBuffer;': { action: internal, call: () => 0 },
} satisfies NativeTable;
