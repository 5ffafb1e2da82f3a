extension MediaServer {
  /// What goes on between a participant and this server.
  package struct Report: Equatable, Sendable {
    package var published: [Published] = []
    package var subscribed: [Subscribed] = []
    /// Nil where nothing is sent.
    package var downlink: Downlink?

    package init(published: [Published] = [], subscribed: [Subscribed] = [], downlink: Downlink? = nil) {
      (self.published, self.subscribed, self.downlink) = (published, subscribed, downlink)
    }
  }

  /// What the network to a participant carries, as far as it is known.
  package struct Downlink: Equatable, Sendable {
    /// What it is believed to carry.
    package var bitsPerSecond: Int
    /// What all that the participant wants would take.
    package var wantedBitsPerSecond: Int
    /// Of packets in hundredths of a percent, after what was repaired had been lost too.
    package var loss: Int
    package var roundTripTime: Duration?

    package init(bitsPerSecond: Int, wantedBitsPerSecond: Int, loss: Int, roundTripTime: Duration?) {
      (self.bitsPerSecond, self.wantedBitsPerSecond) = (bitsPerSecond, wantedBitsPerSecond)
      (self.loss, self.roundTripTime) = (loss, roundTripTime)
    }
  }

  /// A track that a participant publishes or, if it only watches, has selected.
  package struct Published: Equatable, Sendable {
    package var source: Source
    /// From the smallest to the largest; one for a track that has no others.
    package var layers: [Layer]
    package var packetsLost: Int

    package init(source: Source, layers: [Layer], packetsLost: Int) {
      (self.source, self.layers, self.packetsLost) = (source, layers, packetsLost)
    }
  }

  /// One encoding of a track, or one of its spatial layers.
  package struct Layer: Equatable, Sendable {
    /// What the publisher calls it (RFC 8851); nil for a spatial layer inside a stream, and for the only one.
    package var rid: String?
    /// In pixels; nil while it is not known.
    package var width: Int?
    package var height: Int?
    /// Of the last second; zero for a layer that is off.
    package var bitsPerSecond: Int

    package init(rid: String? = nil, width: Int?, height: Int?, bitsPerSecond: Int) {
      (self.rid, self.width, self.height, self.bitsPerSecond) = (rid, width, height, bitsPerSecond)
    }
  }

  /// A track that a participant has asked for, or hears.
  package struct Subscribed: Equatable, Sendable {
    package enum State: Sendable {
      case active
      /// It waits for a keyframe.
      case starting
      /// The subscriber wants nothing of it at present, or its network does not carry it, as `limit` says.
      case paused
      /// It is not published, has no place yet, or comes in a codec that the subscriber does not know.
      case absent
    }

    /// What keeps a subscriber from what its view could use.
    package enum Limit: Sendable {
      /// The network to the subscriber.
      case network
      /// The server has more to do than it can.
      case server
      /// The publisher sends no more.
      case publisher
      /// A better layer is on its way: its keyframe has not come yet.
      case switching
    }

    package var track: Track
    package var state: State
    /// What is sent; nil where there are no layers, or nothing is.
    package var spatialLayer: Int?
    package var temporalLayer: Int?
    package var bitsPerSecond: Int
    /// Which layer the subscriber's view could use, among those there are.
    package var wantedSpatialLayer: Int?
    /// Why it is not sent; nil if it is.
    package var limit: Limit?

    package init(
      track: Track, state: State, spatialLayer: Int?, temporalLayer: Int?, bitsPerSecond: Int,
      wantedSpatialLayer: Int? = nil, limit: Limit? = nil
    ) {
      (self.track, self.state) = (track, state)
      (self.spatialLayer, self.temporalLayer, self.bitsPerSecond) = (spatialLayer, temporalLayer, bitsPerSecond)
      (self.wantedSpatialLayer, self.limit) = (wantedSpatialLayer, limit)
    }
  }
}
