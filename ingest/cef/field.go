package cef

import "iter"

// A Type is the kind of value that a field has.
type Type string

// The types. Elasticsearch refuses an event with a text that is not of its type.
const (
	Text      Type = ""
	Integer   Type = "integer"   // 32 bits
	Long      Type = "long"      // 64 bits
	Double    Type = "double"    // a floating point number
	Timestamp Type = "timestamp" // milliseconds, or a date and a time in English
	MAC       Type = "mac"       // a hardware address
	IP        Type = "ip"        // an IP address
)

// A Field says what becomes of an extension.
type Field struct {
	Type Type
	ECS  string // the field of the Elastic Common Schema, "" if there is none
	Name string // without ECS: the full name of the key
}

// FieldOf returns the field of an extension's key. The keys of the standard that
// are not in the table are texts that keep their name, as those of no standard.
func FieldOf(key string) Field {
	f := fields[key]
	if f.Name == "" {
		f.Name = key
	}
	return f
}

// Fields yields what FieldOf returns for the keys in the table, in no order.
func Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for key := range fields {
			if !yield(FieldOf(key)) {
				return
			}
		}
	}
}

var fields = map[string]Field{
	"act":                          {ECS: "event.action"},
	"agentDnsDomain":               {ECS: "agent.name"},
	"agentTranslatedAddress":       {Type: IP},
	"agentTranslatedZoneKey":       {Type: Long},
	"agentZoneKey":                 {Type: Long},
	"agt":                          {Type: IP, ECS: "agent.ip"},
	"ahost":                        {ECS: "agent.name"},
	"aid":                          {ECS: "agent.id"},
	"amac":                         {Type: MAC, ECS: "agent.mac"},
	"app":                          {ECS: "network.protocol"},
	"art":                          {Type: Timestamp, ECS: "event.created"},
	"at":                           {ECS: "agent.type"},
	"atz":                          {Name: "agentTimeZone"},
	"av":                           {ECS: "agent.version"},
	"c6a1":                         {Name: "deviceCustomIPv6Address1", Type: IP},
	"c6a1Label":                    {Name: "deviceCustomIPv6Address1Label"},
	"c6a2":                         {Name: "deviceCustomIPv6Address2", Type: IP},
	"c6a2Label":                    {Name: "deviceCustomIPv6Address2Label"},
	"c6a3":                         {Name: "deviceCustomIPv6Address3", Type: IP},
	"c6a3Label":                    {Name: "deviceCustomIPv6Address3Label"},
	"c6a4":                         {Name: "deviceCustomIPv6Address4", Type: IP},
	"c6a4Label":                    {Name: "deviceCustomIPv6Address4Label"},
	"cat":                          {Name: "deviceEventCategory"},
	"catdt":                        {Name: "categoryDeviceType"},
	"cfp1":                         {Name: "deviceCustomFloatingPoint1", Type: Double},
	"cfp1Label":                    {Name: "deviceCustomFloatingPoint1Label"},
	"cfp2":                         {Name: "deviceCustomFloatingPoint2", Type: Double},
	"cfp2Label":                    {Name: "deviceCustomFloatingPoint2Label"},
	"cfp3":                         {Name: "deviceCustomFloatingPoint3", Type: Double},
	"cfp3Label":                    {Name: "deviceCustomFloatingPoint3Label"},
	"cfp4":                         {Name: "deviceCustomFloatingPoint4", Type: Double},
	"cfp4Label":                    {Name: "deviceCustomFloatingPoint4Label"},
	"cn1":                          {Name: "deviceCustomNumber1", Type: Long},
	"cn1Label":                     {Name: "deviceCustomNumber1Label"},
	"cn2":                          {Name: "deviceCustomNumber2", Type: Long},
	"cn2Label":                     {Name: "deviceCustomNumber2Label"},
	"cn3":                          {Name: "deviceCustomNumber3", Type: Long},
	"cn3Label":                     {Name: "deviceCustomNumber3Label"},
	"cnt":                          {Name: "baseEventCount", Type: Integer},
	"cs1":                          {Name: "deviceCustomString1"},
	"cs1Label":                     {Name: "deviceCustomString1Label"},
	"cs2":                          {Name: "deviceCustomString2"},
	"cs2Label":                     {Name: "deviceCustomString2Label"},
	"cs3":                          {Name: "deviceCustomString3"},
	"cs3Label":                     {Name: "deviceCustomString3Label"},
	"cs4":                          {Name: "deviceCustomString4"},
	"cs4Label":                     {Name: "deviceCustomString4Label"},
	"cs5":                          {Name: "deviceCustomString5"},
	"cs5Label":                     {Name: "deviceCustomString5Label"},
	"cs6":                          {Name: "deviceCustomString6"},
	"cs6Label":                     {Name: "deviceCustomString6Label"},
	"customerExternalID":           {ECS: "organization.id"},
	"customerKey":                  {Type: Long},
	"customerURI":                  {ECS: "organization.name"},
	"destinationDnsDomain":         {ECS: "destination.registered_domain"},
	"destinationServiceName":       {ECS: "destination.service.name"},
	"destinationTranslatedAddress": {Type: IP, ECS: "destination.nat.ip"},
	"destinationTranslatedPort":    {Type: Integer, ECS: "destination.nat.port"},
	"destinationTranslatedZoneKey": {Type: Long},
	"deviceCustomDate1":            {Type: Timestamp},
	"deviceCustomDate2":            {Type: Timestamp},
	"deviceDirection":              {ECS: "network.direction"},
	"deviceDnsDomain":              {ECS: "observer.registered_domain"},
	"deviceExternalId":             {ECS: "observer.name"},
	"deviceInboundInterface":       {ECS: "observer.ingress.interface.name"},
	"deviceOutboundInterface":      {ECS: "observer.egress.interface.name"},
	"devicePayloadId":              {ECS: "event.id"},
	"deviceProcessName":            {ECS: "process.name"},
	"deviceTranslatedAddress":      {Type: IP, ECS: "host.nat.ip"},
	"deviceTranslatedZoneKey":      {Type: Long},
	"deviceZoneKey":                {Type: Long},
	"dhost":                        {ECS: "destination.domain"},
	"dlat":                         {Type: Double, ECS: "destination.geo.location.lat"},
	"dlong":                        {Type: Double, ECS: "destination.geo.location.lon"},
	"dmac":                         {Type: MAC, ECS: "destination.mac"},
	"dntdom":                       {ECS: "destination.registered_domain"},
	"dpid":                         {Type: Integer, ECS: "destination.process.pid"},
	"dpriv":                        {ECS: "destination.user.group.name"},
	"dproc":                        {ECS: "destination.process.name"},
	"dpt":                          {Type: Integer, ECS: "destination.port"},
	"dst":                          {Type: IP, ECS: "destination.ip"},
	"dtz":                          {ECS: "event.timezone"},
	"duid":                         {ECS: "destination.user.id"},
	"duser":                        {ECS: "destination.user.name"},
	"dvc":                          {Type: IP, ECS: "observer.ip"},
	"dvchost":                      {ECS: "observer.hostname"},
	"dvcmac":                       {Type: MAC, ECS: "observer.mac"},
	"dvcpid":                       {Type: Integer, ECS: "process.pid"},
	"dZoneKey":                     {Name: "destinationZoneKey", Type: Long},
	"end":                          {Type: Timestamp, ECS: "event.end"},
	"eventId":                      {ECS: "event.id"},
	"fileCreateTime":               {Type: Timestamp, ECS: "file.created"},
	"fileHash":                     {ECS: "file.hash"},
	"fileId":                       {ECS: "file.inode"},
	"fileModificationTime":         {Type: Timestamp, ECS: "file.mtime"},
	"filePath":                     {ECS: "file.path"},
	"filePermission":               {ECS: "file.group"},
	"fileType":                     {ECS: "file.type"},
	"flexDate1":                    {Type: Timestamp},
	"flexNumber1":                  {Name: "deviceFlexNumber1", Type: Long},
	"flexNumber1Label":             {Name: "deviceFlexNumber1Label"},
	"flexNumber2":                  {Name: "deviceFlexNumber2", Type: Long},
	"flexNumber2Label":             {Name: "deviceFlexNumber2Label"},
	"fname":                        {ECS: "file.name"},
	"fsize":                        {Type: Long, ECS: "file.size"},
	"in":                           {Type: Long, ECS: "source.bytes"},
	"mrt":                          {Type: Timestamp, ECS: "event.ingested"},
	"msg":                          {ECS: "message"},
	"oldFileCreateTime":            {Type: Timestamp},
	"oldFileModificationTime":      {Type: Timestamp},
	"oldFileSize":                  {Type: Long},
	"out":                          {Type: Long, ECS: "destination.bytes"},
	"outcome":                      {ECS: "event.outcome"},
	"proto":                        {ECS: "network.transport"},
	"rawEvent":                     {ECS: "event.original"},
	"reason":                       {ECS: "event.reason"},
	"request":                      {ECS: "url.original"},
	"requestClientApplication":     {ECS: "user_agent.original"},
	"requestContext":               {ECS: "http.request.referrer"},
	"requestMethod":                {ECS: "http.request.method"},
	"rt":                           {Type: Timestamp, ECS: "@timestamp"},
	"shost":                        {ECS: "source.domain"},
	"slat":                         {Type: Double, ECS: "source.geo.location.lat"},
	"slong":                        {Type: Double, ECS: "source.geo.location.lon"},
	"smac":                         {Type: MAC, ECS: "source.mac"},
	"sntdom":                       {ECS: "source.registered_domain"},
	"sourceDnsDomain":              {ECS: "source.domain"},
	"sourceServiceName":            {ECS: "source.service.name"},
	"sourceTranslatedAddress":      {Type: IP, ECS: "source.nat.ip"},
	"sourceTranslatedPort":         {Type: Integer, ECS: "source.nat.port"},
	"spid":                         {Type: Integer, ECS: "source.process.pid"},
	"spriv":                        {ECS: "source.user.group.name"},
	"sproc":                        {ECS: "source.process.name"},
	"spt":                          {Type: Integer, ECS: "source.port"},
	"src":                          {Type: IP, ECS: "source.ip"},
	"start":                        {Type: Timestamp, ECS: "event.start"},
	"sTranslatedZoneKey":           {Name: "sourceTranslatedZoneKey", Type: Long},
	"suid":                         {ECS: "source.user.id"},
	"suser":                        {ECS: "source.user.name"},
	"sZoneKey":                     {Name: "sourceZoneKey", Type: Long},
	"type":                         {ECS: "event.kind"},
}
