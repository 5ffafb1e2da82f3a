/// Says whether delays grow: the slope of a line through the latest of them (Carlucci et al. 2016, with the line in place of
/// their Kalman filter).
package struct TrendlineEstimator: ~Copyable {
  private let inPlace = InPlace()
  private struct Point {
    var arrival: Double
    var delay: Double
  }

  /// About half a second of frames.
  package static let windowSize = 20
  private static let smoothing = 0.9
  /// Brings the slope to the scale of the threshold.
  private static let gain = 4.0
  /// Up to so many deltas the trend counts for more with every one, for there is more to trust.
  private static let maximumWeight = 60

  /// Over so many groups growth has to show in more than one of them.
  private static let growthSpan = 10

  private var points = InlineArray<20, Point>(repeating: Point(arrival: 0, delay: 0))
  private var growths = InlineArray<10, Double>(repeating: 0)
  private var deltaCount = 0
  private var arrival = 0.0
  private var accumulatedDelay = 0.0
  private var smoothedDelay = 0.0
  private var slope = 0.0

  package init() {}

  /// The slope, weighed by how much it can be trusted: to be compared with the threshold.
  package var trend: Double { Double(min(deltaCount, Self.maximumWeight)) * slope * Self.gain }
  /// Whether there is anything to compare yet.
  package var isMeaningful: Bool { deltaCount > 1 }

  /// Whether delays grew in more than one step.
  ///
  /// A keyframe or a stalled radio lengthens them at once, and smoothing makes a slope of that; a full link lengthens them with
  /// every group.
  package var isSustained: Bool {
    var (sum, largest) = (0.0, 0.0)
    for index in growths.indices {
      sum += growths[index]
      largest = max(largest, growths[index])
    }
    return sum > largest
  }

  package mutating func reset() { self = TrendlineEstimator() }

  package mutating func add(_ delta: ArrivalGrouping.Delta) {
    let growth = delta.arrival - delta.sending
    growths[deltaCount % Self.growthSpan] = growth
    accumulatedDelay += growth
    smoothedDelay = Self.smoothing * smoothedDelay + (1 - Self.smoothing) * accumulatedDelay
    arrival += delta.arrival
    points[deltaCount % Self.windowSize] = Point(arrival: arrival, delay: smoothedDelay)
    deltaCount += 1
    if deltaCount >= Self.windowSize { slope = fittedSlope() ?? slope }
  }

  /// Least squares; nil when all arrived at the same time.
  private func fittedSlope() -> Double? {
    var (arrivals, delays) = (0.0, 0.0)
    for index in points.indices {
      arrivals += points[index].arrival
      delays += points[index].delay
    }
    let (meanArrival, meanDelay) = (arrivals / Double(Self.windowSize), delays / Double(Self.windowSize))
    var (covariance, variance) = (0.0, 0.0)
    for index in points.indices {
      let offset = points[index].arrival - meanArrival
      covariance += offset * (points[index].delay - meanDelay)
      variance += offset * offset
    }
    return variance > 0 ? covariance / variance : nil
  }
}
