/// What the first API call will need of this machine, looked at without a call.
package enum Prerequisites {
  /// nil where libcurl can be opened; else why not, and what to do.
  package static func libraryFault() -> SequenceAPIError? {
    do throws(HTTPTransportError) {
      _ = try CurlLibrary.shared()
      return nil
    } catch {
      return error.kind.code.error(error.message)
    }
  }

  /// nil where there are certificates to check servers by; else what was looked for, and what to do.
  package static func certificatesFault(_ certificates: CertificateStore) -> SequenceAPIError? {
    do throws(HTTPTransportError) {
      _ = try certificates.location()
      return nil
    } catch {
      return error.kind.code.error(error.message)
    }
  }
}
