import CLibCurl
import Platform

/// The data that libcurl's callbacks collect during one call. Used only on the calling thread, where libcurl invokes the
/// callbacks.
final class CurlTransfer {
  /// The maximum body size, counted after decompression.
  static let maxBodyBytes = 1 << 20
  /// The maximum size of all headers together, including those of interim responses and of a proxy.
  static let maxHeaderBytes = 64 << 10

  private(set) var body: [UInt8] = []
  private(set) var headers: [HTTPHeader] = []
  private(set) var isBodyTooLarge = false
  private(set) var areHeadersTooLarge = false
  private(set) var wasCancelled = false
  /// The number of times libcurl was about to send the request.
  private(set) var sendings = 0
  private var headerBytes = 0
  private let isCancelled: () -> Bool
  private let awaitsAnswer: Bool
  /// Whether libcurl calls `willSend`, which it does since 7.80. If not, nothing tells whether a request is on its way.
  var reportsSending = true

  /// - Parameter awaitsAnswer: Whether the answer is awaited once its first byte may have left, even if it is cancelled: nobody
  ///   can recall a trigger.
  init(awaitsAnswer: Bool = false, isCancelled: @escaping () -> Bool) {
    self.awaitsAnswer = awaitsAnswer
    self.isCancelled = isCancelled
  }

  /// - Returns: false ends the call.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= CurlTransfer.maxBodyBytes else {
      isBodyTooLarge = true
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  /// Handles one complete header line, a status line or the empty line at the end.
  /// - Returns: false ends the call.
  func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= CurlTransfer.maxHeaderBytes else {
      areHeadersTooLarge = true
      return false
    }
    if bytes.starts(with: "HTTP/".utf8) {
      // The previous response was only an interim one (RFC 9110 section 15.2).
      headers = []
    } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
      headers.append(HTTPHeader(name, CurlTransfer.trimmed(bytes[(colon + 1)...])))
    }
    return true
  }

  /// Called once the connection is made: that may take long, and the machine may have slept meanwhile.
  /// - Returns: false ends the call before anything is sent. libcurl repeats a request by itself if a kept connection turns out
  ///   to be dead, but `RetryPolicy` decides about repeats.
  func willSend() -> Bool {
    guard sendings > 0 || shouldContinue() else { return false }
    sendings += 1
    return sendings == 1
  }

  /// - Returns: false ends the call.
  func shouldContinue() -> Bool {
    if awaitsAnswer, sendings > 0 || !reportsSending { return true }
    wasCancelled = wasCancelled || isCancelled()
    return !wasCancelled
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let start = bytes.firstIndex { !$0.isASCIISpace } ?? bytes.endIndex
    let end = bytes.lastIndex { !$0.isASCIISpace }.map { $0 + 1 } ?? bytes.endIndex
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

extension CurlHandle {
  func setCallbacks(_ transfer: CurlTransfer) {
    let context = UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
    set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let transfer = CurlTransfer.of(context) else { return 0 }
      return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
    set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let transfer = CurlTransfer.of(context) else { return 0 }
      return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
    set(progress: { context, _, _, _, _ in CurlTransfer.of(context)?.shouldContinue() == true ? 0 : 1 })
    set(CURLOPT_WRITEDATA, pointer: context)
    set(CURLOPT_HEADERDATA, pointer: context)
    set(CURLOPT_XFERINFODATA, pointer: context)
    set(CURLOPT_PREREQDATA, pointer: context, isOptional: true)
    transfer.reportsSending = set(prereq: { context, _, _, _, _ in
      CurlTransfer.of(context)?.willSend() == true ? 0 : 1
    })
    // libcurl before 7.80 repeats a request by itself if a kept connection is dead, so no connection is reused.
    if !transfer.reportsSending { set(CURLOPT_FRESH_CONNECT, 1) }
  }
}

extension CurlTransfer {
  /// Returns the transfer that was passed to a callback.
  fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
