// All native methods that the machine has, by the JDK class that declares them.
import type { NativeTable } from '../jvm/natives.js';
import { natives as javaIoConsole } from './java/io/Console.js';
import { natives as javaIoFileCleanable } from './java/io/FileCleanable.js';
import { natives as javaIoFileDescriptor } from './java/io/FileDescriptor.js';
import { natives as javaIoFileInputStream } from './java/io/FileInputStream.js';
import { natives as javaIoFileOutputStream } from './java/io/FileOutputStream.js';
import { natives as javaIoObjectStreamClass } from './java/io/ObjectStreamClass.js';
import { natives as javaIoRandomAccessFile } from './java/io/RandomAccessFile.js';
import { natives as javaIoUnixFileSystem } from './java/io/UnixFileSystem.js';
import { natives as javaLangClass } from './java/lang/Class.js';
import { natives as javaLangClassLoader } from './java/lang/ClassLoader.js';
import { natives as javaLangDouble } from './java/lang/Double.js';
import { natives as javaLangFloat } from './java/lang/Float.js';
import { natives as javaLangInvokeMethodHandle } from './java/lang/invoke/MethodHandle.js';
import { natives as javaLangInvokeMethodHandleNatives } from './java/lang/invoke/MethodHandleNatives.js';
import { natives as javaLangMath } from './java/lang/Math.js';
import { natives as javaLangModule } from './java/lang/Module.js';
import { natives as javaLangNullPointerException } from './java/lang/NullPointerException.js';
import { natives as javaLangObject } from './java/lang/Object.js';
import { natives as javaLangProcessEnvironment } from './java/lang/ProcessEnvironment.js';
import { natives as javaLangProcessHandleImpl } from './java/lang/ProcessHandleImpl.js';
import { natives as javaLangRuntime } from './java/lang/Runtime.js';
import { natives as javaLangRefPhantomReference } from './java/lang/ref/PhantomReference.js';
import { natives as javaLangRefReference } from './java/lang/ref/Reference.js';
import { natives as javaLangReflectArray } from './java/lang/reflect/Array.js';
import { natives as javaLangReflectExecutable } from './java/lang/reflect/Executable.js';
import { natives as javaLangReflectField } from './java/lang/reflect/Field.js';
import { natives as javaLangSecurityManager } from './java/lang/SecurityManager.js';
import { natives as javaLangShutdown } from './java/lang/Shutdown.js';
import { natives as javaLangStackStreamFactory } from './java/lang/StackStreamFactory.js';
import { natives as javaLangStackStreamFactoryAbstractStackWalker } from './java/lang/StackStreamFactory$AbstractStackWalker.js';
import { natives as javaLangStackTraceElement } from './java/lang/StackTraceElement.js';
import { natives as javaLangStrictMath } from './java/lang/StrictMath.js';
import { natives as javaLangString } from './java/lang/String.js';
import { natives as javaLangStringUTF16 } from './java/lang/StringUTF16.js';
import { natives as javaLangSystem } from './java/lang/System.js';
import { natives as javaLangThread } from './java/lang/Thread.js';
import { natives as javaLangThrowable } from './java/lang/Throwable.js';
import { natives as javaNetInet4Address } from './java/net/Inet4Address.js';
import { natives as javaNetInet4AddressImpl } from './java/net/Inet4AddressImpl.js';
import { natives as javaNetInet6Address } from './java/net/Inet6Address.js';
import { natives as javaNetInetAddress } from './java/net/InetAddress.js';
import { natives as javaNetInetAddressImplFactory } from './java/net/InetAddressImplFactory.js';
import { natives as javaNioMappedMemoryUtils } from './java/nio/MappedMemoryUtils.js';
import { natives as javaSecurityAccessController } from './java/security/AccessController.js';
import { natives as javaUtilConcurrentAtomicAtomicLong } from './java/util/concurrent/atomic/AtomicLong.js';
import { natives as javaUtilTimeZone } from './java/util/TimeZone.js';
import { natives as javaUtilZipAdler32 } from './java/util/zip/Adler32.js';
import { natives as javaUtilZipCRC32 } from './java/util/zip/CRC32.js';
import { natives as javaUtilZipInflater } from './java/util/zip/Inflater.js';
import { natives as jdkInternalJimageNativeImageBuffer } from './jdk/internal/jimage/NativeImageBuffer.js';
import { natives as jdkInternalLoaderBootLoader } from './jdk/internal/loader/BootLoader.js';
import { natives as jdkInternalLoaderNativeLibraries } from './jdk/internal/loader/NativeLibraries.js';
import { natives as jdkInternalMiscCDS } from './jdk/internal/misc/CDS.js';
import { natives as jdkInternalMiscSignal } from './jdk/internal/misc/Signal.js';
import { natives as jdkInternalMiscUnsafe } from './jdk/internal/misc/Unsafe.js';
import { natives as jdkInternalMiscVM } from './jdk/internal/misc/VM.js';
import { natives as jdkInternalPerfPerf } from './jdk/internal/perf/Perf.js';
import { natives as jdkInternalReflectConstantPool } from './jdk/internal/reflect/ConstantPool.js';
import { natives as jdkInternalReflectNativeConstructorAccessorImpl } from './jdk/internal/reflect/NativeConstructorAccessorImpl.js';
import { natives as jdkInternalReflectNativeMethodAccessorImpl } from './jdk/internal/reflect/NativeMethodAccessorImpl.js';
import { natives as jdkInternalReflectReflection } from './jdk/internal/reflect/Reflection.js';
import { natives as jdkInternalUtilSystemPropsRaw } from './jdk/internal/util/SystemProps$Raw.js';
import { natives as jdkInternalVmVMSupport } from './jdk/internal/vm/VMSupport.js';
import { natives as jdkInternalVmVectorVectorSupport } from './jdk/internal/vm/vector/VectorSupport.js';
import { natives as rjvmReplication } from './rjvm/Replication.js';
import { natives as sunNioChFileChannelImpl } from './sun/nio/ch/FileChannelImpl.js';
import { natives as sunNioChFileDispatcherImpl } from './sun/nio/ch/FileDispatcherImpl.js';
import { natives as sunNioChIOUtil } from './sun/nio/ch/IOUtil.js';
import { natives as sunNioChNativeThread } from './sun/nio/ch/NativeThread.js';
import { natives as sunNioFsLinuxNativeDispatcher } from './sun/nio/fs/LinuxNativeDispatcher.js';
import { natives as sunNioFsUnixCopyFile } from './sun/nio/fs/UnixCopyFile.js';
import { natives as sunNioFsUnixNativeDispatcher } from './sun/nio/fs/UnixNativeDispatcher.js';

export const nativeTables: ReadonlyMap<string, NativeTable> = new Map<string, NativeTable>([
  ['java/lang/NullPointerException', javaLangNullPointerException],
  ['java/lang/Object', javaLangObject],
  ['java/io/Console', javaIoConsole],
  ['java/io/FileCleanable', javaIoFileCleanable],
  ['java/io/FileDescriptor', javaIoFileDescriptor],
  ['java/io/FileInputStream', javaIoFileInputStream],
  ['java/io/FileOutputStream', javaIoFileOutputStream],
  ['java/io/RandomAccessFile', javaIoRandomAccessFile],
  ['java/io/UnixFileSystem', javaIoUnixFileSystem],
  ['java/lang/ProcessEnvironment', javaLangProcessEnvironment],
  ['java/lang/System', javaLangSystem],
  ['jdk/internal/util/SystemProps$Raw', jdkInternalUtilSystemPropsRaw],
  ['jdk/internal/misc/Unsafe', jdkInternalMiscUnsafe],
  ['java/lang/Thread', javaLangThread],
  ['java/lang/Runtime', javaLangRuntime],
  ['java/lang/Shutdown', javaLangShutdown],
  ['java/lang/ref/Reference', javaLangRefReference],
  ['java/lang/ref/PhantomReference', javaLangRefPhantomReference],
  ['java/lang/Float', javaLangFloat],
  ['java/lang/Double', javaLangDouble],
  ['java/lang/String', javaLangString],
  ['java/lang/StringUTF16', javaLangStringUTF16],
  ['java/util/concurrent/atomic/AtomicLong', javaUtilConcurrentAtomicAtomicLong],
  ['jdk/internal/vm/vector/VectorSupport', jdkInternalVmVectorVectorSupport],
  ['jdk/internal/misc/VM', jdkInternalMiscVM],
  ['jdk/internal/misc/CDS', jdkInternalMiscCDS],
  ['jdk/internal/misc/Signal', jdkInternalMiscSignal],
  ['jdk/internal/perf/Perf', jdkInternalPerfPerf],
  ['java/util/zip/Inflater', javaUtilZipInflater],
  ['java/util/zip/CRC32', javaUtilZipCRC32],
  ['java/util/zip/Adler32', javaUtilZipAdler32],
  ['java/util/TimeZone', javaUtilTimeZone],
  ['jdk/internal/jimage/NativeImageBuffer', jdkInternalJimageNativeImageBuffer],
  ['java/lang/Class', javaLangClass],
  ['java/lang/ClassLoader', javaLangClassLoader],
  ['java/lang/invoke/MethodHandle', javaLangInvokeMethodHandle],
  ['java/lang/invoke/MethodHandleNatives', javaLangInvokeMethodHandleNatives],
  ['java/lang/Module', javaLangModule],
  ['java/lang/StackTraceElement', javaLangStackTraceElement],
  ['java/lang/Throwable', javaLangThrowable],
  ['java/lang/reflect/Array', javaLangReflectArray],
  ['java/security/AccessController', javaSecurityAccessController],
  ['jdk/internal/loader/BootLoader', jdkInternalLoaderBootLoader],
  ['jdk/internal/loader/NativeLibraries', jdkInternalLoaderNativeLibraries],
  ['jdk/internal/reflect/NativeMethodAccessorImpl', jdkInternalReflectNativeMethodAccessorImpl],
  ['jdk/internal/reflect/NativeConstructorAccessorImpl', jdkInternalReflectNativeConstructorAccessorImpl],
  ['jdk/internal/reflect/Reflection', jdkInternalReflectReflection],
  ['jdk/internal/vm/VMSupport', jdkInternalVmVMSupport],
  ['sun/nio/fs/UnixCopyFile', sunNioFsUnixCopyFile],
  ['sun/nio/fs/UnixNativeDispatcher', sunNioFsUnixNativeDispatcher],
  ['sun/nio/fs/LinuxNativeDispatcher', sunNioFsLinuxNativeDispatcher],
  ['sun/nio/ch/NativeThread', sunNioChNativeThread],
  ['sun/nio/ch/IOUtil', sunNioChIOUtil],
  ['sun/nio/ch/FileDispatcherImpl', sunNioChFileDispatcherImpl],
  ['sun/nio/ch/FileChannelImpl', sunNioChFileChannelImpl],
  ['java/nio/MappedMemoryUtils', javaNioMappedMemoryUtils],
  ['java/net/InetAddress', javaNetInetAddress],
  ['java/net/Inet4Address', javaNetInet4Address],
  ['java/net/Inet6Address', javaNetInet6Address],
  ['java/net/InetAddressImplFactory', javaNetInetAddressImplFactory],
  ['java/io/ObjectStreamClass', javaIoObjectStreamClass],
  ['java/lang/StackStreamFactory', javaLangStackStreamFactory],
  ['java/lang/StackStreamFactory$AbstractStackWalker', javaLangStackStreamFactoryAbstractStackWalker],
  ['java/lang/reflect/Executable', javaLangReflectExecutable],
  ['java/lang/reflect/Field', javaLangReflectField],
  ['java/lang/SecurityManager', javaLangSecurityManager],
  ['jdk/internal/reflect/ConstantPool', jdkInternalReflectConstantPool],
  ['java/lang/StrictMath', javaLangStrictMath],
  ['java/lang/Math', javaLangMath],
  ['java/lang/ProcessHandleImpl', javaLangProcessHandleImpl],
  ['java/net/Inet4AddressImpl', javaNetInet4AddressImpl],
  ['rjvm/Replication', rjvmReplication],
]);
