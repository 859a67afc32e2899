import BacklinkServer
import Testing
