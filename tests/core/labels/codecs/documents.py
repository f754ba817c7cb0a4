# SPDX-License-Identifier: Apache-2.0
"""Documents of our own that read well, one element a line, so that a refusal's line can be told; and a policy for them."""

from tearline.core.labels import parse_spif

SLAB = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
SCLR = "urn:nato:stanag:4774:confidentialityclearance:1:0"
MB = "urn:nato:stanag:4778:bindinginformation:1:0"
DS = "http://www.w3.org/2000/09/xmldsig#"

LABEL = f"""<slab:originatorConfidentialityLabel xmlns:slab="{SLAB}" Id="l1" ReviewDateTime="2033-07-12T01:04:00Z">
 <slab:ConfidentialityInformation>
  <slab:PolicyIdentifier URI="urn:oid:2.25.1">HOUSE</slab:PolicyIdentifier>
  <slab:Classification>Shut</slab:Classification>
  <slab:PrivacyMark>CLEAR</slab:PrivacyMark>
  <slab:Category Type="PERMISSIVE" TagName="Rooms" URI="urn:oid:2.25.1.1">
   <slab:GenericValue>Hall</slab:GenericValue>
   <slab:GenericValue>Attic</slab:GenericValue>
  </slab:Category>
  <slab:Category Type="INFORMATIVE" TagName="Rooms">
   <slab:GenericValue>Warm</slab:GenericValue>
  </slab:Category>
  <x:note xmlns:x="urn:x">kept</x:note>
 </slab:ConfidentialityInformation>
 <slab:OriginatorID IDType="rfc822Name">ann@house.example</slab:OriginatorID>
 <slab:CreationDateTime>2023-07-12T01:04:00.9873126Z</slab:CreationDateTime>
 <slab:SuccessionHandling>
  <slab:SuccessionDateTime>2030-01-01T00:00:00Z</slab:SuccessionDateTime>
  <slab:SuccessorConfidentialityLabel>
   <slab:ConfidentialityInformation>
    <slab:PolicyIdentifier>HOUSE</slab:PolicyIdentifier>
    <slab:Classification>Open</slab:Classification>
   </slab:ConfidentialityInformation>
   <slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime>
  </slab:SuccessorConfidentialityLabel>
 </slab:SuccessionHandling>
 <x:more xmlns:x="urn:x" a="1"/>
</slab:originatorConfidentialityLabel>"""

CLEARANCE = f"""<sclr:ConfidentialityClearance xmlns:sclr="{SCLR}" xmlns:slab="{SLAB}">
 <slab:PolicyIdentifier URI="urn:oid:2.25.1">HOUSE</slab:PolicyIdentifier>
 <sclr:ClassificationList>
  <slab:Classification>Open</slab:Classification>
  <slab:Classification>Shut</slab:Classification>
 </sclr:ClassificationList>
 <slab:Category Type="PERMISSIVE" TagName="Rooms" URI="urn:oid:2.25.1.1">
  <slab:GenericValue>Hall</slab:GenericValue>
 </slab:Category>
</sclr:ConfidentialityClearance>"""

SHORT_LABEL = f"""<slab:originatorConfidentialityLabel xmlns:slab="{SLAB}" ReviewDateTime="2033-07-12T01:04:00Z">
<slab:ConfidentialityInformation>
<slab:PolicyIdentifier>HOUSE</slab:PolicyIdentifier>
<slab:Classification>Open</slab:Classification>
</slab:ConfidentialityInformation>
<slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime>
</slab:originatorConfidentialityLabel>"""

BINDING = f"""<mb:BindingInformation xmlns:mb="{MB}" xmlns:xmime="http://www.w3.org/2005/05/xmlmime">
 <mb:MetadataBindingContainer>
  <mb:MetadataBinding Id="b1">
   <mb:Metadata>
{SHORT_LABEL}
   </mb:Metadata>
   <mb:Metadata><d:DataDigest xmlns:d="urn:tearline:binding:1" method="sha-256" uri="a.txt"
     >LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</d:DataDigest></mb:Metadata>
   <mb:Metadata><x:title xmlns:x="urn:x">kept</x:title></mb:Metadata>
   <mb:MetadataReference URI="http://house.example/meta"/>
   <mb:DataReference URI="a.txt" xmime:contentType="text/plain"/>
  </mb:MetadataBinding>
 </mb:MetadataBindingContainer>
</mb:BindingInformation>"""

EMBEDDED = f"""<doc>
 <part Id="p1"/>
 <part Id="p2"/>
 <mb:BindingInformation xmlns:mb="{MB}">
  <mb:MetadataBindingContainer>
   <mb:MetadataBinding>
    <mb:Metadata>
{SHORT_LABEL}
    </mb:Metadata>
    <mb:DataReference URI=""/>
   </mb:MetadataBinding>
   <mb:MetadataBinding>
    <mb:Metadata>
{SHORT_LABEL.replace("Open", "Shut")}
    </mb:Metadata>
    <mb:DataReference URI="#p1"/>
   </mb:MetadataBinding>
  </mb:MetadataBindingContainer>
 </mb:BindingInformation>
</doc>"""

SPIF = """<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1" version="1">
<securityPolicyId name="HOUSE" id="2.25.1"/>
<securityClassifications>
<securityClassification name="Open" lacv="0" hierarchy="0" color="green"/>
<securityClassification name="Shut" lacv="1" hierarchy="1" color="#FF0000"/>
</securityClassifications>
<securityCategoryTagSets>
<securityCategoryTagSet name="Rooms" id="2.25.1.1">
<securityCategoryTag name="Lower" tagType="permissive">
<tagCategory name="Hall" lacv="1"/>
<tagCategory name="Cellar" lacv="2" notBefore="2020-01-01T00:00:00Z" notAfter="2024-01-01T00:00:00Z"/>
</securityCategoryTag>
<securityCategoryTag name="Upper" tagType="permissive">
<tagCategory name="Attic" lacv="3"/>
</securityCategoryTag>
<securityCategoryTag name="Notes" tagType="tagType7" tag7Encoding="securityAttributes">
<tagCategory name="Warm" lacv="1"/>
<tagCategory name="Until" lacv="2" userInput="date" dateFormat="YYYY-MM-DD"/>
<tagCategory name="Seats" lacv="3" userInput="integer"/>
</securityCategoryTag>
</securityCategoryTagSet>
<securityCategoryTagSet name="Keys" id="2.25.1.2">
<securityCategoryTag name="Keys" tagType="enumerated" enumType="restrictive">
<tagCategory name="Brass" lacv="70000"/>
</securityCategoryTag>
</securityCategoryTagSet>
</securityCategoryTagSets>
<privacyMarks maxSelection="1">
<privacyMark name="CLEAR"/>
<privacyMark name="GREY" obsolete="true"/>
</privacyMarks>
<extensions>
<m:memberships xmlns:m="urn:nato:stanag:4774:spif:extensions:1:0" xmlns:spif="http://www.xmlspif.org/spif">
<m:membership spif:name="Attic" spif:lacv="3">
<m:member spif:name="ann" notBefore="2020-01-01T06:00:00Z" notAfter="2023-12-31T00:00:00Z"/>
<m:member spif:name="bob"/>
</m:membership>
</m:memberships>
</extensions>
</SPIF>"""


def house():
    """The policy HOUSE: exact in its words."""
    return parse_spif(SPIF.encode())


def public():
    """The policy PUBLIC, known by its OID to be compared without case."""
    return parse_spif(SPIF.replace('"HOUSE" id="2.25.1"', '"PUBLIC" id="1.3.6.1.4.1.31778.12.2.1"').encode())
